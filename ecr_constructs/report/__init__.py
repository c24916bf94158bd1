"""What `ecr-constructs validate` shows, in each of its formats; those of findings alone are for every command.

- `findings`: what a validation has found.
- `summary`: what there is to be shown of an environment.
- `formats`: the table of the formats.
- `as_text`: the result as a table and sentences, for people.
- `as_json`: the result as JSON, for programs.
- `as_markdown`: the result as Markdown, for the page of a job.
- `as_github`: findings as workflow commands, for GitHub.
- `as_sarif`: findings as SARIF, for code scanning.
- `as_gitlab`: findings as a report of Code Quality, for GitLab.
- `located`: where each finding is, what it says, and how it is known again.
- `rule_pages`: where the project and its rules are described.
- `remedies`: what would make an environment faster.
"""

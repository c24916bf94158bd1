"""What `ecr-constructs validate` shows, in each of its formats.

- `findings`: what a validation has found.
- `summary`: what there is to be shown of an environment.
- `formats`: the table of the formats.
- `as_text`: the result as a table and sentences, for people.
- `as_json`: the result as JSON, for programs.
- `as_github`: the result as workflow commands, for GitHub.
- `remedies`: what would make an environment faster.
"""

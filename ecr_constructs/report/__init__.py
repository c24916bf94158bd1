"""What `ecr-constructs validate` shows, in each of its formats.

- `findings`: what a validation has found.
- `summary`: what there is to be shown of an environment.
- `formats`: the table of the formats.
- `as_text`, `as_json`, `as_github`: the writers.
- `remedies`: what would make an environment faster.
- `place`: the parts of where something is said.
"""

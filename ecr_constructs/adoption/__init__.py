"""Repositories that exist in AWS, brought into an environment file.

- `read`: what an account holds, through boto3.
- `failures`: what boto3 raises, in one sentence.
- `choose`: which repositories are taken, and their logical names.
- `retention`: lifecycle policies: AWS's text and the options that say the same.
- `access`: repository policies: AWS's text, what it means, and what a declaration makes.
- `granted`: the options that may say the same as one of AWS.
- `draft`: an entry in the making, under the defaults of its environment.
- `describe`: the entry of a repository: only what the defaults do not say already.
- `render`: entries as YAML.
- `insert`: entries put into the text of a file, which stays as it is otherwise.
- `file`: a changed file checked with all others, and written in one step.
- `openings`: whom a policy lets in that nobody named.
- `effects`: what a first plan would change.
- `parameters`: the same of parameters in Parameter Store.
- `fixed`: what an environment makes under fixed names, repositories apart.
- `lookups`: whether that exists, one look-up a kind.
- `existing`: what of it exists, as lines of text.
- `report`: that in lines of text.
- `run`: all of it, up to where something would be written.

Needs the extra `aws` for `read` alone. Nothing here is imported by the constructs, and nothing imports the engine.
"""

from __future__ import annotations

__all__: list[str] = []

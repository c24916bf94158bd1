"""All that an environment file declares, as a construct; the only one that sees the configuration.

- `repositories`: `EnvironmentRepositories`, with the repositories and what belongs to each.
- `registry`: what an environment has once in its registry.
- `backend`: where Terraform keeps the state of the stack that it is in.
- `provider`: the AWS provider of that stack.
- `credentials`: whose credentials Terraform uses.
- `keys`: the KMS keys that a file names, looked up or made.
"""

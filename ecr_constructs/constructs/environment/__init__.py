"""All that an environment file declares, as a construct; the only one that sees the configuration.

- `repositories`: `EnvironmentRepositories`, with the repositories and what belongs to each.
- `registry`: what an environment has once in its registry.
- `credentials`: whose credentials Terraform uses.
- `keys`: the KMS keys that a file names, looked up or made.
"""

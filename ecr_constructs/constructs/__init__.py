"""The constructs, one file each.

- `repository`: a repository, and the import of one that exists.
- `imported_repository`: what such an import returns.
- `lifecycle_policy`: what expires in a repository.
- `cross_account_policy`: who else may pull from a repository.
- `ssm_publisher`: what is known about a repository, published in Parameter Store.
- `repository_key`: the KMS key of repositories, made or imported.
- `replication_config`: replication of a registry.
- `registry_scanning`: scanning of a registry's images.
- `registry_policy`: who of other accounts may do what in a registry.
- `pull_through_cache`: images of another registry, cached in this one.
- `repository_creation_template`: what repositories are like that ECR makes by itself.
- `scan_findings_log`: what scans find, logged, and told to people.
- `account_settings`: settings of an account and region.
- `public_repository`: a repository of ECR Public.
- `environment`: all of that, as an environment file declares it.
- `base`: what constructs are made of.
"""

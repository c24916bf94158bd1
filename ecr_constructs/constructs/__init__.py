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
- `event_rule`: events of images, sent on.
- `deployment_events`: what deploys workloads: pushes, or events that ask for it.
- `account_settings`: settings of an account and region.
- `public_repository`: a repository of ECR Public.
- `ecr_vpc_endpoints`: the VPC endpoints that images are pulled through.
- `image_updater_role`: the role of Argo CD Image Updater.
- `node_pull_policy`: the policy by which nodes pull.
- `ecs_execution_role`: the role by which ECS starts tasks.
- `lambda_pull`: the policy by which functions are made of images.
- `codebuild_policy`: the policy by which CodeBuild builds images and pushes them.
- `ssm_read_policy`: the policy by which parameters are read.
- `github_oidc_role`: the role by which jobs of GitHub Actions push.
- `gitlab_oidc_role`: the role by which jobs of GitLab CI push.
- `environment`: all of that, as an environment file declares it.
- `base`: what constructs are made of.
"""

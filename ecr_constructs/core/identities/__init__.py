"""Identities that act on repositories: roles and policies, whom they trust and what they may do.

- `identity`: a role or a policy, with its limits.
- `permissions`: the statements of what an identity may do with repositories.
- `arguments`: which repositories and roles it is about, and what bounds a role.
- `image_updater`: the role of Argo CD Image Updater.
- `node_pull`: the policy of nodes that pull.
- `ecs_execution`: the role by which ECS starts tasks.
- `lambda_pull`: the policy of who creates Lambda functions.
- `codebuild`: the policy of projects that build images.
- `ssm_read`: the policy of who reads what is published.
- `oidc`: the identity provider that vouches for jobs of a CI service.
- `oidc_role`: the role that such jobs take on.
- `refs`: the branches, tags and environments of their code.
- `github`: repositories of GitHub.
- `gitlab`: projects of GitLab.
"""

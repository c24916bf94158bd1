"""What constructs are made of.

- `placed`: where a construct stands: its stack, its provider, its path.
- `registry`: what is known of a registry in the whole app.
- `one_per_registry`: what a registry has once, and any number of places contribute to.
- `repository`: what a repository made here and an imported one have in common.
- `repository_events`: what happens to the images of a repository, told to a target.
- `event_targets`: where events go, and what lets EventBridge get there.
- `lifecycle`: the lifecycle rules of one repository, wherever they come from.
- `gate`: no argument of the wrong type goes further.
- `grantees`: who may be granted something.
- `grants`: both sides of a grant.
- `identity_policy`: the policy of a role or user that repositories grant something to.
- `identities`: roles, and policies that roles have.
- `identity_arguments`: which repositories and roles these are told.
- `oidc_providers`: identity providers, made or looked up once in a stack.
- `oidc_role`: what the roles of CI services have in common.
- `organization`: the organisation of a registry's account.
- `state_blocks`: Terraform's `import` and `moved` blocks.
- `provider_floor`: whether the stack's provider knows what is made.
- `synthesis`: what is left to do when nothing more can be added.
- `tagging`: tags of resources where the provider does not give them.
- `tokens`: values that Terraform knows only later, as the core takes them.
"""

"""What constructs are made of.

- `placed`: where a construct stands: its stack, its provider, its path.
- `registry`: what is known of a registry in the whole app.
- `one_per_registry`: what a registry has once, and any number of places contribute to.
- `repository`: what a repository made here and an imported one have in common.
- `lifecycle`: the lifecycle rules of one repository, wherever they come from.
- `gate`: no argument of the wrong type goes further.
- `grantees`: who may be granted something.
- `state_blocks`: Terraform's `import` and `moved` blocks.
- `synthesis`: what is left to do when nothing more can be added.
- `tagging`: tags of resources where the provider does not give them.
- `tokens`: values that Terraform knows only later, as the core takes them.
"""

"""Who is let in by a change, and who is shut out.

- `judge`: who may newly do something with repositories, and who can no longer.
- `severity`: how grave that is.
- `told`: that in words.
- `places`: where a file says it.
- `answers`: what everybody may do on both sides.
- `moves`: what was decided on both sides.
- `asking`: who is asked, and about what.
- `applying`: what statements say of somebody.
- `around`: the environments that have to do with some others.
- `sites`: the repositories of both sides, one beside the other.
- `situations`: what requests may come with.
- `gone`: repositories that go while others use them.
- `trust`: who may take roles on.
- `trusted`: who is named by a trust policy.
- `registries`: whom the policies of registries let put images there.
- `networks`: what VPC endpoints let in and through.
"""

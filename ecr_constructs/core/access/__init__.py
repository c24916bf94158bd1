"""Who may do what with a repository.

- `levels`: pull, push, read and admin, and the actions of each.
- `statements`: the statements that let each kind of principal act.
- `grants`: who may do what by a repository's policy, all of it together.
- `checks`: what is wrong with grants.
- `notices`: what is right about grants and has to be seen.
- `identity`: the other side of a grant, the policy of a role or user.
"""

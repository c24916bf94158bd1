"""Identities that act on repositories: roles and policies, whom they trust and what they may do.

- `identity`: a role or a policy, with its limits.
- `permissions`: the statements of what an identity may do with repositories.
"""

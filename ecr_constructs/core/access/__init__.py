"""Who may do what with a repository.

- `grants`: who beyond a repository's own account may pull and push, and the statements that grant it.
"""

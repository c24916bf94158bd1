"""The compute layer: one stack per environment, named after it.

- `app`: the app with all its stacks.
- `compute`: the stack of one environment.
- `output`: where synthesis writes, all or nothing.
"""

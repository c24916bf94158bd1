"""The compute layer: one stack per environment, named after it.

- `app`: the app with all its stacks.
- `compute`: the stack of one environment.
- `backend`: where its state is kept.
- `provider`: the AWS provider that it has.
- `output`: where synthesis writes, all or nothing.
"""

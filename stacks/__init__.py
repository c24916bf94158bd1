"""The compute layer: one stack per environment, named after it."""

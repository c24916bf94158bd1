"""The keys of an environment file."""

"""What a registry has once."""

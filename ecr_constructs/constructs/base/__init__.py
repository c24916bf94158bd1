"""What constructs are made of."""

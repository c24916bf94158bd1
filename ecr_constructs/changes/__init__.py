"""What a change would do to what is there."""

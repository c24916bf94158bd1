"""The constructs, one file each."""

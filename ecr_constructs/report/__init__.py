"""What `ecr-constructs validate` shows, in each of its formats: data in, text out."""

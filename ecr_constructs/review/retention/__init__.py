"""Images that another retention newly expires or archives.

- `policies`: which retention becomes another one, and what newly goes by it.
- `judge`: that as consequences.
- `words`: that in words.
- `images`: the images that there are, and which of them are deployed.
- `image_files`: which file of a directory has whose images.
"""

"""The reference of the environment file, `docs/environment-file.md`, made from the models.

- `page`: the page: its sections, and every key with its anchor.
- `words`: what a value may be, told from the schema.
- `sources`: the page of AWS, or of whoever else, that a key comes from.
"""

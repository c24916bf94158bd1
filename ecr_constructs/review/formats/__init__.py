"""How a review is told: data in, lines out.

- `writers`: which writer a format has.
- `as_text`: for people.
- `as_markdown`: for a comment, or a page.
- `as_json`: for programs, with its schema.
- `for_machines`: for what shows findings beside the lines of files.
"""

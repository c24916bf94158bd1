"""Who may pull and push, told from the environment files: what `ecr-constructs access` shows.

- `holders`: the roles and policies that are made, with what they may do and who takes them on.
- `sites`: the repositories, with the policies that decide about them.
- `askers`: whom the policies of a repository let in, as those who ask.
- `decided`: what was decided of one of them and a repository.
- `matrix`: who may do what with each repository.
- `needs`: what the other side of a grant still needs.
- `named`: which repository a question names.
- `question`: whether one principal may do one thing.
- `formats`: the table of the formats.
- `told`: the words for what was decided.
- `as_text`: the result for people.
- `as_markdown`: the result for a page.
- `as_json`: the result for programs.
"""

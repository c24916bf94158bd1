"""From a file to what it says.

- `content`: the bytes of a file.
- `scalars`: what a scalar without quotes is, by YAML 1.2.
- `compose`: from YAML to its nodes.
- `reader`: YAML with the line of every key, strict where YAML is not.
- `parse`: from that to an environment, with every problem on the way.
- `declarations`: the places where a file declares repositories.
- `placing`: which problems of repositories are one of a default.
- `hints`: which key a misspelt one was meant to be.
- `translate`: pydantic's errors as problems in the words of this project.
"""

"""What is published of an environment in Parameter Store, compared with what the file says and ECR has.

Whoever reads a parameter pulls what it names, whether that is there or not.

- `examine`: AWS asked, and the whole of a comparison.
- `compare`: the comparison, of what was read.
- `records`: what should be published of a repository, and whose record something is.
- `findings`: a difference, and what kinds there are.
- `as_text`: the result for people.
- `as_json`: the result for programs.
"""

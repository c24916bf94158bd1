"""What a change would do to what is there, told from a state or from what was synthesised before.

- `states`: the repositories that a state or a synthesised stack has.
- `losses`: those of them that Terraform would destroy or replace.
- `revisions`: what files held at a revision of git.
- `compare`: what a plan would do to them.
- `against`: which stack a file is compared with.
"""

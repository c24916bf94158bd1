"""What lifecycle policies do to the images that there are: behind `ecr-constructs lifecycle`.

- `run`: the whole of a preview, with every problem of what is given.
- `request`: what is asked of a preview, and what of it does not go together.
- `subject`: the policy that is previewed.
- `policies`: which policy is looked at, and where it is written.
- `listing`: images read from what the AWS CLI prints.
- `texts`: files, standard input and times.
- `account`: images read from an account.
- `in_use`: which images are deployed, told from references.
- `deployed`: what an account says that is deployed.
- `preview`: a policy, images, and what becomes of them.
- `smallest`: the smallest change of a policy by which nothing that is deployed goes.
- `protect`: tags to protect instead.
- `compare`: what an earlier policy would have done otherwise.
- `timeline`: what remains day by day.
- `as_json`: a preview for programs, in the shape of ECR's own.
- `as_text`: a preview for people.
- `words`: images, rules and reasons in the words of a table.
- `assumed`: what a preview takes for granted, in words.
- `grid`: tables of a hundred thousand rows.
- `chart`: a timeline in a terminal.
- `plot`: a timeline as a picture.
- `progress`: how far something has come, on a terminal.
- `check`: what is to be pointed out of the policies of environments.
- `check_as_text`: that for people.
- `check_as_json`: that for programs.
- `shown_by`: the smallest set of images that shows it.
- `shown_words`: those images in the words of a table.
"""

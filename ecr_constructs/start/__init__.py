"""A project that deploys environment files, written into an empty folder.

- `wanted`: what is asked for, and what stands against it.
- `environment_file`: the first environment, as it is written.
- `files`: every file of the project.
- `surroundings`: the Git repository that the folder is in.
- `places`: where the files go, and what is there already.
- `write`: all of them written, or none.
- `told`: what is said afterwards.

The folder `templates` has what the files are made from, with `@name@` where something is put in. All is pure but for
`surroundings`, `places` and `write`, and needs neither the engine nor boto3.
"""

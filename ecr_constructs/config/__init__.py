"""What an environment file may say: its models, how it is read, and every rule that it is held to.

Nothing here imports the engine or boto3.

- `model`: the keys of a file.
- `reading`: from a file to what it says.
- `directory`: where the files are.
- `load`: all files of a directory, and every problem of them at once.
- `named`: what the argument of a command names.
- `defaults`: options with the defaults under them.
- `declared`: a repository as a file declares it.
- `environment`: an environment as the stacks use it.
- `relations`: what environments have to do with each other.
- `desired`: what an environment wants of AWS, as the core's value objects.
- `context`: the context of a CDKTF app.
- `reference`: the page with every key, made from the models.
- `rules`: everything that must hold beyond the form of the keys.
"""

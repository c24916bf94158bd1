"""What an environment file may say: its models, how it is read, and every rule that it is held to.

Nothing here imports the engine or boto3.
"""

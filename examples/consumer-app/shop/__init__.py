"""What the shop runs: a service on ECS and a function on Lambda, of images that another stack keeps.

- `settings`: what differs between the environments.
- `stack`: the stack of one of them.
- `images`: which image runs, said when it is deployed.
- `network`: the VPC that is there.
- `web_service`: the service on ECS.
- `image_function`: the function on Lambda.
- `policies`: policies of IAM as text.
"""

"""Events of images by EventBridge: which are meant, where they go, what they tell, and how they deploy.

- `patterns`: which events a rule matches.
- `inputs`: what a target is told of an event.
- `targets`: where events go.
- `reach`: what EventBridge needs to get there.
- `rules`: a rule with its target.
- `workloads`: what is deployed.
- `deployments`: what deploys the workloads of an environment.
- `forwards`: pushes handed on to the bus of another account or region.
"""

"""The keys of an environment file.

- `file`: the keys that are not about repositories one by one, and the file as a whole.
- `repository`: the options of one repository.
- `access`: who may do what with it.
- `lifecycle`: what expires of it.
- `adoption`: what of it exists already.
- `workloads`: a backend, services and tasks, each with a repository named after it.
- `registry`: what an account and region has once.
- `templates`: what repositories get that ECR makes by itself.
- `caches`: pull-through caches.
- `public`: public repositories.
- `identities`: roles and policies for those who act.
- `oidc`: roles for jobs of CI services.
- `endpoints`: the network that images are pulled through.
- `deployments`: what a new image sets going.
- `kms`: the ways of naming a KMS key.
- `state`: where a state of Terraform is kept.
- `fields`: types of keys that the core has rules for.
- `forms`: what the schema says of a value beside its type.
- `lifecycle_forms`: the same of lifecycle rules.
- `schema`: the JSON Schema, made from all of these.
"""

"""The pure core: names, documents and rules of Amazon ECR. It imports neither the engine nor boto3.

- `names`: names of repositories, and the Terraform addresses of logical names.
- `arguments`: values of the wrong type, told from what a signature declares.
- `aws`: accounts, regions, partitions, organisations, and the ARNs made of them.
- `regions`: the regions that have ECR.
- `places`: where a registry is, as far as it is known.
- `principals`: who may act, as policies name it.
- `access`: who may pull and push, and the statements that grant it.
- `identities`: roles and policies for those who act.
- `actions`: the actions of ECR, and where each of them does something.
- `conditions`: the conditions of statements, and which of them keep anybody out.
- `iam`: statements of policies, and the documents made of them.
- `repository`: the settings that a repository is created with.
- `lifecycle`: lifecycle policies.
- `kms`: the KMS key of repositories.
- `registry`: what a registry has once.
- `ssm`: what is published in Parameter Store, and its paths.
- `tags`: tags of resources.
- `adoption`: what resources were before this stack had them.
- `shards`: which of several stacks a repository belongs to.
- `provider_versions`: which versions of Terraform's AWS provider do.
- `rates`: how long Terraform takes at least.
- `tokens`: telling values that are known only later.
- `texts`: free text as Terraform reads it back unchanged.
- `wording`: free text that people read, and its characters.
- `keywords`: a value object as arguments of a construct.
"""

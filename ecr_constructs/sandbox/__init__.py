"""An environment tried for real: Terraform and the AWS provider against an embedded AWS on this machine.

    run        the whole flow: synthesise, apply, show, plan again, destroy, clean up
    synth      the project's own app, run as cdktf runs it
    adapt      what the synthesised document must say differently to reach the embedded AWS
    fit        what an older provider does not know, left out or renamed
    provider   Terraform's registry, or the provider that a Python package carries
    terraform  `terraform`, `tofu`, or the library that a Python package carries
    aws        the embedded AWS: moto's server, in a process of its own
    standins   what an environment reads from elsewhere, made there
    readback   what is there after the apply, asked from the embedded AWS
    processes  children that never outlive the sandbox
    app        the same for `cdktf deploy --app`

Needs the extra `sandbox`. Nothing here is imported by the constructs.
"""

from __future__ import annotations

__all__: list[str] = []

"""An app for `cdktf --app` that has `cdktf deploy` itself work against the embedded AWS, and `cdktn deploy` alike.

It runs the app of the current folder's `cdktf.json` and adapts each stack that this wrote:

    export ECR_SANDBOX_ENDPOINT=http://127.0.0.1:5000 ECR_SANDBOX_STATE=$PWD/states
    cdktf deploy dev --app "python -m ecr_constructs.sandbox.app"

| variable | meaning |
|---|---|
| `ECR_SANDBOX_ENDPOINT` | the embedded AWS; required |
| `ECR_SANDBOX_STATE` | folder for the local states, `STACK/terraform.tfstate`; required |
| `ECR_SANDBOX_STACKS` | a name or pattern; no other stack is left in what was written; default: all |
| `ECR_SANDBOX_ACCOUNT` | the embedded AWS's account: what the stacks read from elsewhere is made there first |
| `ECR_SANDBOX_PROVIDER` | the provider's release to pin; default: what each stack asks for |
| `ECR_SANDBOX_SCHEMA` | file with that release's schema, as `terraform providers schema -json` prints it |
| `ECR_SANDBOX_UNPROTECTED` | any value takes `prevent_destroy` out, for `cdktf destroy` |

`ecr-constructs sandbox ENV --keep` prints commands that have all of this.

What is left out or different for the embedded AWS is told by annotations of the stacks, which either command prints.
"""

from __future__ import annotations

import fnmatch
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from ecr_constructs.errors import EcrConstructsError, Problem, raise_problems
from ecr_constructs.sandbox.adapt import adapt, without_prevent_destroy
from ecr_constructs.sandbox.aws import AwsClients
from ecr_constructs.sandbox.fit import Document, aws_schema
from ecr_constructs.sandbox.reach import check_reach
from ecr_constructs.sandbox.session import STATE
from ecr_constructs.sandbox.standins import make_stand_ins
from ecr_constructs.sandbox.synth import app_command, read_document, read_manifest

__all__ = ["main"]

_STACKS = "ECR_SANDBOX_STACKS"
_ANSWERS_WITHIN = 5.0  # seconds; on this machine it takes none

# What Terraform and OpenTofu read of a folder, by the end of its name.
_READ = (".tf", ".tf.json", ".tofu", ".tofu.json", ".auto.tfvars", ".auto.tfvars.json", "terraform.tfvars")


def main(environment: Mapping[str, str]) -> int:
    """Run the project's app and adapt what it wrote.

    Args:
        environment: The variables above, and `CDKTF_OUTDIR` as `cdktf` sets it.

    Returns:
        The app's exit status, 2 where a variable or the project is missing, or a stack would reach more than the
        embedded AWS, or 1 where that has ended.
    """
    missing = [
        name for name in ("CDKTF_OUTDIR", "ECR_SANDBOX_ENDPOINT", "ECR_SANDBOX_STATE") if name not in environment
    ]
    if missing:
        sys.stderr.write(f"{', '.join(missing)} must be set.\n")
        return 2
    endpoint, schemas = environment["ECR_SANDBOX_ENDPOINT"], environment.get("ECR_SANDBOX_SCHEMA")
    # A port that answers may be another's by then, who took it afterwards; the folder is the sandbox's own.
    its_own = Path(environment["ECR_SANDBOX_STATE"]).absolute().parent.is_dir()
    if not _answers(endpoint) or not its_own or (schemas and not Path(schemas).is_file()):
        sys.stderr.write(f"The sandbox at {endpoint} has ended: nothing was synthesised.\n")
        return 1
    try:
        command = app_command(Path.cwd())
    except EcrConstructsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    out, status = Path(environment["CDKTF_OUTDIR"]), 1
    try:
        # As cdktf does: the project's own file says what runs.
        status = subprocess.run(command, shell=True, check=False).returncode or _adapt(out, environment)  # noqa: S602
    finally:
        if status != 0:
            # What is not adapted would reach what is real, by `cdktf deploy --skip-synth`.
            for file in (out / "manifest.json", *out.glob("stacks/*/*")):
                if file.name.endswith(_READ) or file.name == "manifest.json":
                    file.unlink(missing_ok=True)
    return status


def _adapt(out: Path, environment: Mapping[str, str]) -> int:
    """Adapt what the app wrote, and return the exit status."""
    endpoint, schemas = environment["ECR_SANDBOX_ENDPOINT"], environment.get("ECR_SANDBOX_SCHEMA")
    states = Path(environment["ECR_SANDBOX_STATE"])
    schema = aws_schema(json.loads(Path(schemas).read_bytes())) if schemas else None
    manifest = read_manifest(out)
    for name in manifest["stacks"].keys() - {*fnmatch.filter(manifest["stacks"], environment.get(_STACKS, "*"))}:
        # It would reach what is real.
        (out / manifest["stacks"].pop(name)["synthesizedStackPath"]).unlink()
    try:
        documents = {
            name: _read(out / stack["synthesizedStackPath"], name) for name, stack in sorted(manifest["stacks"].items())
        }
        raise_problems(problem for name, document in documents.items() for problem in check_reach(document, name))
    except EcrConstructsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if "ECR_SANDBOX_ACCOUNT" in environment:
        aws = AwsClients(environment["ECR_SANDBOX_ACCOUNT"], endpoint)
        for document in documents.values():
            make_stand_ins(document, aws)
    for name, synthesised in documents.items():
        stack = manifest["stacks"][name]
        path = out / stack["synthesizedStackPath"]
        document, changes = adapt(
            synthesised,
            endpoint=endpoint,
            state=str(states.absolute() / name / STATE),
            version=environment.get("ECR_SANDBOX_PROVIDER"),
            schema=schema,
        )
        if environment.get("ECR_SANDBOX_UNPROTECTED"):
            document, _ = without_prevent_destroy(document)
        path.write_text(json.dumps(document, indent=2), encoding="utf-8")
        stack["annotations"] = [
            *stack.get("annotations", ()),
            *({"constructPath": name, "level": "@cdktf/info", "message": str(change)} for change in changes),
        ]
    if (out / "manifest.json").exists():
        (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return 0


def _answers(endpoint: str) -> bool:
    """Tell whether anything answers there."""
    where = urlsplit(endpoint)
    try:
        socket.create_connection((where.hostname or "", where.port or 80), _ANSWERS_WITHIN).close()
    except OSError:
        return False
    return True


def _read(path: Path, stack: str) -> Document:
    """Return a document, which must be the only thing in its folder that Terraform reads."""
    others = sorted(each.name for each in path.parent.iterdir() if each != path and each.name.endswith(_READ))
    rule = "must be the only thing that Terraform reads there: the sandbox does not see it"
    raise_problems(
        Problem((name,), "sandbox-form", rule, fix="Remove it from the stack's folder.", source=stack)
        for name in others
    )
    return read_document(path, stack)


if __name__ == "__main__":
    sys.exit(main(os.environ))

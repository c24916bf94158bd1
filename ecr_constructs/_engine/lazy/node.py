"""The Node half of the lazy bindings: a small package for jsii's kernel that makes the provider's JavaScript lazy.

It is packed from `node.js` when it is needed, always into the same bytes, so that jsii's cache keeps one copy.
"""

from __future__ import annotations

import gzip
import importlib.resources
import io
import json
import tarfile
import tempfile
from pathlib import Path

__all__ = ["load_helper", "pack"]

_NAME = "ecr-constructs-lazy-bindings"
_VERSION = "1.0.0"

# What every jsii assembly says about itself. This one has no types.
_ASSEMBLY = {
    "author": {"name": "ecr-constructs", "roles": ["author"]},
    "description": "Loads the files of the AWS provider's bindings when they are first used",
    "fingerprint": "none",
    "homepage": "none",
    "jsiiVersion": "5.8.0",
    "license": "Apache-2.0",
    "name": _NAME,
    "repository": {"type": "git", "url": "none"},
    "schema": "jsii/0.10.0",
    "types": {},
    "version": _VERSION,
}
_PACKAGE = {"jsii": {"outdir": "."}, "main": "index.js", "name": _NAME, "version": _VERSION}


def load_helper() -> None:
    """Load the helper into jsii's kernel; it acts on a provider that is loaded after it."""
    import jsii

    with tempfile.TemporaryDirectory(prefix="ecr-constructs-") as folder:
        archive = Path(folder, f"{_NAME}.tgz")
        archive.write_bytes(pack())
        jsii.load(_NAME, _VERSION, str(archive))


def pack() -> bytes:
    """Return the helper as an npm package: the same bytes each time, which is what jsii's cache goes by."""
    script = importlib.resources.files(__package__).joinpath("node.js").read_bytes()
    files = {
        ".jsii": json.dumps(_ASSEMBLY).encode(),
        "index.js": script,
        "package.json": json.dumps(_PACKAGE).encode(),
    }
    packed = io.BytesIO()
    # Not compressed: the compressed bytes depend on the version of zlib.
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=0, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, content in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()

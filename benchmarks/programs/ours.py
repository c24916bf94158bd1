"""Our compute stack: `python ours.py COUNT OUTDIR` reads a file of COUNT repositories and synthesises it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from content import environment_file

from ecr_constructs.config.load import load_environments
from stacks.app import build_app

count, outdir = int(sys.argv[1]), sys.argv[2]
with tempfile.TemporaryDirectory() as directory:
    (Path(directory) / "dev.yaml").write_text(environment_file(count), encoding="utf-8")
    build_app(load_environments(Path(directory)), outdir=outdir).synth()

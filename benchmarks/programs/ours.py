"""Our compute stack: `python ours.py COUNT OUTDIR` runs `python -m stacks` on a file of COUNT repositories.

`ECR_CONSTRUCTS_ENGINE` names the engine.
"""

from __future__ import annotations

import os
import runpy
import sys
import tempfile
from pathlib import Path

from benchmarks.programs.content import environment_file

count, outdir = int(sys.argv[1]), sys.argv[2]
with tempfile.TemporaryDirectory() as directory:
    (Path(directory) / "dev.yaml").write_text(environment_file(count), encoding="utf-8")
    os.environ.update(ECR_ENVIRONMENTS_DIR=directory, CDKTF_OUTDIR=outdir)
    runpy.run_module("stacks", run_name="__main__")

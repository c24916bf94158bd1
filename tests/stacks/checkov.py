"""checkov, which has an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ecr_constructs._engine.which import CDKTF, engine

__all__ = ["run_checkov"]

# The environment of the other engine stands beside checkov's, in that of everything else.
_ENVIRONMENT = Path(sys.prefix) if engine() is CDKTF else Path(sys.prefix).parent


def run_checkov(directory: Path) -> set[str]:
    command = [str(_ENVIRONMENT / "checkov/bin/checkov"), "--directory", str(directory)]
    command += ["--framework", "terraform_json", "terraform", "--output", "json", "--skip-download", "--quiet"]
    done = subprocess.run(
        command, env={**os.environ, "LOG_LEVEL": "ERROR"}, capture_output=True, timeout=300, check=False
    )
    report = json.loads(done.stdout)
    reports = report if isinstance(report, list) else [report]
    assert sum(each["summary"]["passed"] for each in reports) > 0
    assert sum(each["summary"]["parsing_errors"] for each in reports) == 0
    return {check["check_id"] for each in reports for check in each["results"]["failed_checks"]}

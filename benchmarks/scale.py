"""`python -m benchmarks.scale [COUNT]`: a thousand repositories deployed into the sandbox, in shards, for real."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.programs.content import environment_file

ROOT = Path(__file__).parent.parent
SHARDS = 8


def main() -> int:
    """Deploy, plan again and destroy; return the sandbox's exit status."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        text = f"{environment_file(count)}ecr_shards: {SHARDS}\necr_ssm_layout: config\n"
        Path(folder, "dev.yaml").write_text(text, encoding="utf-8")
        environment = {**os.environ, "ECR_ENVIRONMENTS_DIR": folder}
        command = str(Path(sys.executable).with_name("ecr-constructs"))
        subprocess.run([command, "validate"], env=environment, check=True)  # noqa: S603 - our own command
        started = time.monotonic()
        done = subprocess.run([command, "sandbox", "dev*"], cwd=ROOT, env=environment, check=False)  # noqa: S603
        sys.stdout.write(f"{count} repositories in {SHARDS} shards: {time.monotonic() - started:.0f} s in all\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())

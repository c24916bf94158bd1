"""What is measured, and what is asked of it."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

from benchmarks.measure import Case
from benchmarks.programs.content import environment_file

__all__ = [
    "COUNTS",
    "TARGETS",
    "Target",
    "evaluate_case",
    "import_case",
    "snapshot_case",
    "synthesis_cases",
    "validate_case",
]

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(__file__).parent / "programs"
COUNTS = (1, 100, 500, 1000)

OURS = "ecr-constructs"
SHIPPED = "bindings as shipped"
LAZY = "bindings, loaded lazily"
AWS_CDK = "aws-cdk"
AWS_CDK_UNCHECKED = "aws-cdk, validation off"


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """A ratio that one case should keep to, against another."""

    count: int
    against: str
    at_most: float


TARGETS = (
    Target(1, SHIPPED, 0.10),
    Target(1, AWS_CDK, 0.30),
    Target(1, AWS_CDK_UNCHECKED, 1.0),
    Target(1, LAZY, 1.15),
    Target(100, SHIPPED, 0.25),
    Target(100, AWS_CDK, 0.50),
    Target(100, LAZY, 1.15),
    Target(1000, LAZY, 1.15),
)


def synthesis_cases(count: int, *, aws_cdk: str) -> list[Case]:
    """Return what synthesises that many repositories with the same content.

    Args:
        count: Repositories, of eleven resources each.
        aws_cdk: A Python that has aws-cdk.
    """

    def program(python: str, label: str, name: str, *more: str) -> Case:
        path = str(PROGRAMS / name)
        return Case(label, lambda outdir: [python, path, str(count), f"{outdir}/out", *more], _environment())

    cases = [
        program(sys.executable, OURS, "ours.py"),
        program(sys.executable, LAZY, "direct.py", "lazy"),
    ]
    # Beyond that the peers' lines go on as they began, and take minutes.
    if count > max(target.count for target in TARGETS if target.against != LAZY):
        return cases
    unchecked = program(aws_cdk, AWS_CDK_UNCHECKED, "aws_cdk_app.py")
    return [
        *cases,
        program(sys.executable, SHIPPED, "direct.py"),
        program(aws_cdk, AWS_CDK, "aws_cdk_app.py"),
        dataclasses.replace(unchecked, environment={**unchecked.environment, "CDK_VALIDATION": "false"}),
    ]


def validate_case(folder: Path, *, environments: int = 50, repositories: int = 100) -> Case:
    """Return the check of many environment files, written to a folder."""
    for number in range(environments):
        text = environment_file(repositories, env=f"e{number}")
        # Each in an account of its own, as large organisations have them.
        text = text.replace("111111111111", f"{111111111111 + number}")
        (folder / f"e{number}.yaml").write_text(text, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ecr-constructs")), "validate"]
    name = f"validate {environments} environments of {repositories} repositories"
    return Case(name, lambda _: command, {**_environment(), "ECR_ENVIRONMENTS_DIR": str(folder)})


def snapshot_case() -> Case:
    """Return fifty tests of a stack of 33 resources, in one pytest process."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(PROGRAMS / "test_fifty_stacks.py")]
    return Case("50 snapshot tests of 33 resources", lambda _: command, _environment())


def evaluate_case(*, images: int = 100_000) -> Case:
    """Return the evaluation of a lifecycle policy of 50 rules on many images, which are made first."""
    command = [sys.executable, str(PROGRAMS / "evaluate.py"), str(images)]
    return Case(f"make {images:,} images, and evaluate 50 rules on them", lambda _: command, _environment())


def import_case() -> Case:
    """Return the import of the package by itself."""
    return Case("import ecr_constructs", lambda _: [sys.executable, "-c", "import ecr_constructs"], _environment())


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}

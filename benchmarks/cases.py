"""What is measured, and what is asked of it."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

from benchmarks.measure import Case

__all__ = [
    "COUNTS",
    "TARGETS",
    "Target",
    "evaluate_case",
    "import_case",
    "own_environment",
    "snapshot_case",
    "synthesis_cases",
]

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(__file__).parent / "programs"
COUNTS = (1, 100, 500, 1000)

OURS = ON_CDKTF, ON_CDKTN = "ecr-constructs on cdktf", "ecr-constructs on cdktn"
LAZY = "cdktf bindings, loaded lazily"
CDKTF_SHIPPED = "cdktf bindings as shipped"
CDKTN_SHIPPED = "cdktn bindings as shipped"
AWS_CDK = "aws-cdk"
AWS_CDK_UNCHECKED = "aws-cdk, validation off"


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """A ratio that one case should keep to, against another."""

    ours: str
    count: int
    against: str
    at_most: float


TARGETS = (
    *(
        Target(ours, count, against, at_most)
        for ours in OURS
        for count, against, at_most in (
            (1, CDKTF_SHIPPED, 0.10),
            (1, CDKTN_SHIPPED, 0.50),
            (1, AWS_CDK, 0.30),
            (1, AWS_CDK_UNCHECKED, 1.0),
            (100, CDKTF_SHIPPED, 0.25),
            (100, AWS_CDK, 0.50),
            (100, AWS_CDK_UNCHECKED, 0.90),
        )
    ),
    *(Target(ON_CDKTF, count, LAZY, 1.15) for count in (1, 100, 1000)),
)


def synthesis_cases(count: int, *, cdktn: str, aws_cdk: str) -> list[Case]:
    """Return what synthesises that many repositories with the same content.

    Args:
        count: Repositories, of eleven resources each.
        cdktn: A Python that has cdktn, its bindings, and what this package needs.
        aws_cdk: A Python that has aws-cdk.
    """

    def program(python: str, label: str, name: str, *more: str, **environment: str) -> Case:
        command = [python, str(PROGRAMS / name), str(count)]
        return Case(label, lambda outdir: [*command, f"{outdir}/out", *more], {**own_environment(), **environment})

    cases = [
        program(sys.executable, ON_CDKTF, "ours.py", ECR_CONSTRUCTS_ENGINE="cdktf"),
        program(cdktn, ON_CDKTN, "ours.py", ECR_CONSTRUCTS_ENGINE="cdktn"),
        program(sys.executable, LAZY, "direct.py", "cdktf", "lazy"),
    ]
    # Beyond that the peers' lines go on as they began, and take minutes.
    if count > max(target.count for target in TARGETS if target.against != LAZY):
        return cases
    return [
        *cases,
        program(sys.executable, CDKTF_SHIPPED, "direct.py", "cdktf"),
        program(cdktn, CDKTN_SHIPPED, "direct.py", "cdktn"),
        program(aws_cdk, AWS_CDK, "aws_cdk_app.py"),
        program(aws_cdk, AWS_CDK_UNCHECKED, "aws_cdk_app.py", CDK_VALIDATION="false"),
    ]


def snapshot_case() -> Case:
    """Return fifty tests of a stack of 33 resources, in one pytest process."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(PROGRAMS / "test_fifty_stacks.py")]
    return Case("50 snapshot tests of 33 resources", lambda _: command, own_environment())


def evaluate_case(*, images: int = 100_000) -> Case:
    """Return the evaluation of a lifecycle policy of 50 rules on many images, which are made first."""
    command = [sys.executable, str(PROGRAMS / "evaluate.py"), str(images)]
    return Case(f"make {images:,} images, and evaluate 50 rules on them", lambda _: command, own_environment())


def import_case() -> Case:
    """Return the import of the package by itself."""
    return Case("import ecr_constructs", lambda _: [sys.executable, "-c", "import ecr_constructs"], own_environment())


def own_environment() -> dict[str, str]:
    """Return what every process needs that imports this package: where it is, and that bytecode is kept."""
    return {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}

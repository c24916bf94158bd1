"""`_engine.which`: one engine for a program, decided late, and a sentence where something of the other one is met."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from ecr_constructs import CrossAccountPolicy, Repository, configure_backend, configure_provider
from ecr_constructs._engine import which
from ecr_constructs._engine.door import App, Construct, TerraformStack
from ecr_constructs._engine.which import CDKTF, CDKTN, ENGINES, Engine
from ecr_constructs.errors import OperationError
from ecr_constructs.testing import resources
from tests.engine.engine_programs import REPOSITORY, Programs

Program = Callable[..., Engine]
OURS = which.engine()
(THEIRS,) = (each for each in ENGINES if each is not OURS)


@pytest.fixture
def decide(monkeypatch: pytest.MonkeyPatch) -> Program:
    """Return the engine of a program that has imported, that says and that has installed what is given."""

    def decide(*imported: str, named: str | None = None, installed: str = "cdktf cdktn") -> Engine:
        for each in ENGINES:
            for name in each:
                monkeypatch.delitem(sys.modules, name, raising=False)
        for name in imported:
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
        monkeypatch.setattr(which, "_decided", None)
        monkeypatch.setattr(which, "find_spec", lambda name: SimpleNamespace() if name in installed.split() else None)
        if named is not None:
            monkeypatch.setenv(which.SWITCH, named)
        return which.engine()

    return decide


@pytest.mark.parametrize(
    ("imported", "named", "installed", "engine"),
    [
        ((), None, "cdktf cdktn", CDKTF),
        ((), "", "cdktf cdktn", CDKTF),
        ((), "cdktn", "cdktf cdktn", CDKTN),
        ((), " cdktf ", "cdktf cdktn", CDKTF),
        (("cdktn",), None, "cdktf cdktn", CDKTN),
        (("cdktn_provider_aws",), None, "cdktf cdktn", CDKTN),
        (("cdktf_cdktf_provider_aws",), None, "cdktf cdktn", CDKTF),
        (("cdktn",), "cdktf", "cdktf cdktn", CDKTN),
        (("cdktf",), "cdktn", "cdktf cdktn", CDKTF),
        (("cdktf", "cdktn"), None, "cdktf cdktn", CDKTF),
        (("cdktf", "cdktn"), "cdktn", "cdktf cdktn", CDKTN),
        ((), None, "cdktn", CDKTN),
        ((), None, "", CDKTF),  # whose import then says that it is missing
    ],
)
def test_the_engine_is_the_imported_one_then_the_named_one_then_cdktf(
    decide: Program, imported: tuple[str, ...], named: str | None, installed: str, engine: Engine
) -> None:
    assert decide(*imported, named=named, installed=installed) is engine


@pytest.mark.parametrize("imported", [(), ("cdktf",), ("cdktn",)])
def test_a_name_of_no_engine_is_refused_whatever_is_imported(decide: Program, imported: tuple[str, ...]) -> None:
    sentence = r"ECR_CONSTRUCTS_ENGINE must be cdktf or cdktn, got 'terraform'\. Write one of the two, or unset it\."
    with pytest.raises(OperationError, match=rf"^{sentence}$"):
        decide(*imported, named="terraform")


@pytest.mark.parametrize(("named", "extra"), [("cdktf", ""), ("cdktn", "[cdktn]")])
def test_one_that_is_not_installed_is_told_with_what_installs_it(decide: Program, named: str, extra: str) -> None:
    with pytest.raises(OperationError) as raised:
        decide(named=named, installed="")
    assert str(raised.value) == (
        f"ECR_CONSTRUCTS_ENGINE is {named}, which is not installed. "
        f"Run `pip install 'ecr-constructs{extra}'`, or unset ECR_CONSTRUCTS_ENGINE."
    )


def test_it_is_decided_once(decide: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert decide() is CDKTF
    monkeypatch.setitem(sys.modules, "cdktn", ModuleType("cdktn"))
    assert which.engine() is CDKTF


def test_importing_the_package_and_reading_files_decides_nothing(programs: Programs) -> None:
    """So a program may import its engine after them."""
    source = """
    import json
    import ecr_constructs, ecr_constructs.fast, ecr_constructs.testing, ecr_constructs.config.load
    from ecr_constructs import LifecycleRule
    from ecr_constructs._engine import which
    before = which._decided
    from ecr_constructs import Repository
    print(json.dumps([before, which._decided is not None]))
    """
    assert programs.answer(source) == [None, True]


def test_a_program_with_a_wrong_name_ends_with_the_sentence(programs: Programs) -> None:
    environment = {which.SWITCH: "x", "ECR_ENVIRONMENTS_DIR": str(REPOSITORY / "environments")}
    done = programs.run("from stacks.__main__ import main; main()", **environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "ECR_CONSTRUCTS_ENGINE must be cdktf or cdktn, got 'x'. Write one of the two, or unset it. "
        "Nothing was synthesised.\n"
    )


@pytest.fixture
def mixed(monkeypatch: pytest.MonkeyPatch) -> TerraformStack:
    """A stack, in a program that has both engines and works with the other one."""
    stack = TerraformStack(App(), "dev")
    monkeypatch.setitem(sys.modules, THEIRS.name, ModuleType(THEIRS.name))
    monkeypatch.setattr(which, "_decided", THEIRS)
    return stack


WHAT_TO_DO = (
    f"of {OURS.name} was given, and the constructs of ecr_constructs work with {THEIRS.name} in this program. "
    f"Import {OURS.name} before any of them; where the program imports both engines, set "
    f"ECR_CONSTRUCTS_ENGINE={OURS.name} as well."
)


@pytest.mark.parametrize(
    "use",
    [
        lambda stack: Repository(Construct(stack, "Images"), "Web", repository_name="shop/web"),
        lambda stack: Repository(stack, "Web", repository_name="shop/web", provider=stack),
        lambda stack: Repository(stack, "Web", repository_name=stack),
        lambda stack: CrossAccountPolicy(stack, "Access", repository=stack, allowed_account_ids=["222222222222"]),
        lambda stack: configure_provider(stack, SimpleNamespace()),  # type: ignore[arg-type]
        lambda stack: configure_backend(stack, SimpleNamespace()),  # type: ignore[arg-type]
    ],
)
def test_a_stack_of_the_other_engine_is_told_from_a_mistake(mixed: TerraformStack, use: Callable[..., Any]) -> None:
    with pytest.raises(OperationError) as raised:
        use(mixed)
    assert str(raised.value) == f"A TerraformStack {WHAT_TO_DO}"


def test_the_testing_kit_tells_it_as_well(mixed: TerraformStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecr_constructs._engine.synthesis.is_stack", lambda _: False)
    with pytest.raises(OperationError, match=OURS.name):
        resources(mixed, "aws_ecr_repository")


def test_what_is_of_no_engine_or_of_the_only_one_passes(mixed: TerraformStack, monkeypatch: pytest.MonkeyPatch) -> None:
    which.refuse_others(None, "text", object(), SimpleNamespace())
    monkeypatch.delitem(sys.modules, THEIRS.name)
    which.refuse_others(mixed)

"""The Python half: each way of importing the bindings works as ever and loads no more than is asked for."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from importlib.machinery import FrozenImporter, ModuleSpec, SourceFileLoader
from pathlib import Path

import pytest

from ecr_constructs import fast
from ecr_constructs._engine.lazy import python as lazy_python
from ecr_constructs._engine.lazy.loader import make_lazy
from tests.engine import mini_bindings
from tests.engine.engine_programs import Programs

ALL = sorted(mini_bindings.MODULES)

# What the bindings are used for, and what of them was imported for it.
PREAMBLE = """
import json, sys
import ecr_constructs.fast

PACKAGE = "cdktf_cdktf_provider_aws"

def imported():
    found = [name.removeprefix(PACKAGE + ".") for name in sys.modules if name.startswith(PACKAGE + ".")]
    return sorted(name for name in found if not name.startswith("_"))
"""
USE = """
from cdktf_cdktf_provider_aws.alpha import Alpha
first = imported()
print(json.dumps([first, Alpha.beta().size, Alpha.shade().value, imported()]))
"""


def test_the_first_import_brings_neither_cdktf_nor_jsii(programs: Programs) -> None:
    """`import ecr_constructs.fast` costs next to nothing, and enabling it again changes nothing."""
    source = """
    import json, sys
    from ecr_constructs.fast import enable
    size = len(sys.meta_path)
    again = [enable(), enable(), len(sys.meta_path) - size]
    print(json.dumps([again, sorted({"jsii", "cdktf", "ecr_constructs._engine.door"} & {*sys.modules})]))
    """
    assert programs.answer(source) == [[True, True, 0], []]


def test_every_form_of_import_loads_one_module(programs: Programs, mini: Path) -> None:
    """`import package`, `from package import x`, `package.x` and `from package.x import Y` load what they name."""
    source = (
        PREAMBLE
        + """
import cdktf_cdktf_provider_aws as aws
steps = [imported()]
aws.alpha.Alpha
steps.append(imported())
from cdktf_cdktf_provider_aws import beta_two
steps.append(imported())
from cdktf_cdktf_provider_aws.gamma import Shade
steps.append(imported())
same = [aws.beta_two is beta_two, aws.gamma.Shade is Shade, aws._private.alpha is aws.alpha]
print(json.dumps([steps, same]))
"""
    )
    steps, same = programs.answer(source, bindings=mini)
    assert steps == [[], ["alpha"], ["alpha", "beta_two"], ["alpha", "beta_two", "gamma"]]
    assert same == [True] * 3


def test_names_can_be_looked_at_without_loading(programs: Programs, mini: Path) -> None:
    """`dir` lists what is there, and a name that is not there is the usual error."""
    source = (
        PREAMBLE
        + """
import cdktf_cdktf_provider_aws as aws
errors = []
for statement in ("aws.alpah", "from cdktf_cdktf_provider_aws import alpah", "import cdktf_cdktf_provider_aws.alpah"):
    try:
        exec(statement)
    except (AttributeError, ImportError) as error:
        errors.append(type(error).__name__)
listed = [name for name in dir(aws) if not name.startswith("_")]
print(json.dumps([listed, hasattr(aws, "alpah"), errors, aws.__doc__, aws.__all__, imported()]))
"""
    )
    assert programs.answer(source, bindings=mini) == [
        ALL,
        False,
        ["AttributeError", "ImportError", "ModuleNotFoundError"],
        "Mini bindings.",
        ALL,
        [],
    ]


def test_a_star_brings_everything(programs: Programs, mini: Path) -> None:
    source = (
        PREAMBLE
        + """
from cdktf_cdktf_provider_aws import *
print(json.dumps([alpha.Alpha.__name__, beta_two.BetaTwo.__name__, gamma.Shade.__name__, imported()]))
"""
    )
    assert programs.answer(source, bindings=mini) == ["Alpha", "BetaTwo", "Shade", ALL]


def test_a_reload_keeps_it_lazy(programs: Programs, mini: Path) -> None:
    """`importlib.reload` runs the package again; loaded modules stay what they are and the others stay lazy."""
    source = (
        PREAMBLE
        + """
import importlib
import cdktf_cdktf_provider_aws as aws
alpha = aws.alpha
again = importlib.reload(importlib.reload(aws))
after = imported()
reloaded = importlib.reload(again.alpha)
print(json.dumps([after, again.alpha is reloaded, reloaded.Alpha.beta().size, alpha.Alpha.shade().value]))
"""
    )
    assert programs.answer(source, bindings=mini) == [["alpha"], True, 2, "DARK"]


def test_a_pickled_class_finds_its_module(programs: Programs, mini: Path) -> None:
    """A class is pickled by name, and its module loads in the process that reads it."""
    text = programs.answer(
        PREAMBLE + "import pickle\nfrom cdktf_cdktf_provider_aws.gamma import Shade\n"
        "print(json.dumps(pickle.dumps([Shade, Shade.DARK], 0).decode()))",
        bindings=mini,
    )
    assert b"cdktf_cdktf_provider_aws.gamma" in text.encode()
    source = (
        PREAMBLE
        + f"""
import pickle
shade, dark = pickle.loads({text.encode()!r})
print(json.dumps([dark is shade.DARK, shade.__module__, imported()]))
"""
    )
    assert programs.answer(source, bindings=mini) == [True, "cdktf_cdktf_provider_aws.gamma", ["gamma"]]


def test_threads_can_be_first_together(programs: Programs, mini: Path) -> None:
    """Threads that import at the same moment, by any form, get the same modules."""
    source = (
        PREAMBLE
        + """
import importlib, threading
start = threading.Barrier(24)
got = []
FORMS = (
    lambda name: getattr(importlib.import_module(PACKAGE), name),
    lambda name: importlib.import_module(f"{PACKAGE}.{name}"),
    lambda name: getattr(__import__(PACKAGE, fromlist=[name]), name),
)

def first(number):
    name = ("alpha", "beta_two", "gamma")[number % 3]
    start.wait()
    got.append((name, id(FORMS[number // 3 % 3](name))))

threads = [threading.Thread(target=first, args=(number,)) for number in range(24)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
from cdktf_cdktf_provider_aws.alpha import Alpha
print(json.dumps([len(got), len(set(got)), Alpha.beta().size]))
"""
    )
    assert programs.answer(source, bindings=mini) == [24, 3, 2]


def test_mocks_reach_into_modules_that_are_not_loaded(programs: Programs, mini: Path) -> None:
    """`mock.patch` replaces a class or a module by its dotted name, and puts the real one back."""
    source = (
        PREAMBLE
        + """
from unittest import mock
with mock.patch("cdktf_cdktf_provider_aws.alpha.Alpha") as alpha:
    import cdktf_cdktf_provider_aws as aws
    inside = [aws.alpha.Alpha is alpha, imported()]
with mock.patch("cdktf_cdktf_provider_aws.gamma") as gamma:
    inside.append(aws.gamma is gamma)
print(json.dumps([*inside, aws.alpha.Alpha.beta().size, aws.gamma.Shade.DARK.value]))
"""
    )
    assert programs.answer(source, bindings=mini) == [True, ["alpha"], True, 2, "DARK"]


def test_objects_of_modules_that_are_not_loaded_come_back(programs: Programs, mini: Path) -> None:
    """An object or enumeration member that the kernel returns loads the module of its type, and no other."""
    source = (
        PREAMBLE
        + """
from cdktf_cdktf_provider_aws.alpha import Alpha
steps = [imported(), Alpha.beta().size, imported(), Alpha.shade().value, imported()]
print(json.dumps(steps))
"""
    )
    assert programs.answer(source, bindings=mini) == [["alpha"], 2, ["alpha", "beta_two"], "DARK", ALL]


def test_a_type_in_a_module_of_another_name_comes_back(programs: Programs, mini: Path) -> None:
    """Where a module's name does not follow from jsii's, everything is imported to find the type."""
    source = (
        PREAMBLE
        + "from ecr_constructs._engine.lazy import python as lazy_python\nlazy_python.camel_case = str.upper\n"
        + USE
    )
    assert programs.answer(source, bindings=mini) == [["alpha"], 2, "DARK", ALL]


@pytest.mark.parametrize("part", ["_submodule_fqn_map", "_try_import_type_module"])
def test_a_jsii_that_cannot_look_for_types_gets_them_all(programs: Programs, mini: Path, part: str) -> None:
    """jsii's private parts may change: then every module is imported, as without this package."""
    source = (
        PREAMBLE
        + f"""
import cdktf, jsii
kept = jsii._reference_map.{part}
del jsii._reference_map.{part}
import cdktf_cdktf_provider_aws
jsii._reference_map.{part} = kept
"""
        + USE
    )
    assert programs.answer(source, bindings=mini) == [ALL, 2, "DARK", ALL]


@pytest.mark.parametrize(
    "init",
    [
        mini_bindings.INIT.replace("publication.publish()", "def __getattr__(name):\n    raise AttributeError(name)"),
        mini_bindings.INIT + "print\n",
    ],
    ids=["lazy by itself", "a statement after the imports"],
)
def test_a_package_of_another_form_is_left_alone(programs: Programs, mini_with: Callable[..., Path], init: str) -> None:
    """A package that does not end in imports of its modules, or is lazy by itself, loads as ever."""
    assert programs.answer(PREAMBLE + USE, bindings=mini_with(init=init)) == [ALL, 2, "DARK", ALL]


def test_a_zipped_package_is_left_alone(programs: Programs, mini: Path, tmp_path: Path) -> None:
    """The modules of a zip file have another loader, which stays."""
    with zipfile.ZipFile(tmp_path / "bindings.zip", "w") as archive:
        for file in sorted(mini.rglob("*.*")):
            archive.write(file, file.relative_to(mini))
    answer = programs.answer(PREAMBLE + USE, bindings=tmp_path / "bindings.zip")
    assert answer == [ALL, 2, "DARK", ALL]


def test_another_loader_stays() -> None:
    """Frozen modules and other people's import hooks are left alone."""

    class Hook(SourceFileLoader):
        pass

    for loader in (FrozenImporter, Hook("cdktf_cdktf_provider_aws", "x.py"), None):
        spec = ModuleSpec("cdktf_cdktf_provider_aws", loader)  # type: ignore[arg-type]
        make_lazy(spec)
        assert spec.loader is loader


def test_bindings_that_were_imported_before_stay(programs: Programs, mini: Path) -> None:
    """Nothing is installed when the real package is there already."""
    source = """
    import json, sys
    import cdktf_cdktf_provider_aws as aws
    before = list(sys.meta_path)
    from ecr_constructs.fast import enable
    print(json.dumps([sys.meta_path == before, enable(), "__getattr__" in vars(aws), aws.alpha.Alpha.beta().size]))
    """
    assert programs.answer(source, bindings=mini) == [True, False, False, 2]


def test_the_switch_loads_everything(programs: Programs, mini: Path) -> None:
    """With `ECR_CONSTRUCTS_EAGER` the bindings load as they do by themselves."""
    assert programs.answer(PREAMBLE + USE, bindings=mini, ECR_CONSTRUCTS_EAGER="1") == [ALL, 2, "DARK", ALL]


@pytest.mark.parametrize(
    ("value", "on"),
    [("1", True), ("yes", True), ("TRUE", True), ("0", False), ("false", False), ("No ", False), ("", False)],
)
def test_a_switch_is_on_or_off(value: str, *, on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fast.EAGER, value)
    assert fast.is_on(fast.EAGER) is on


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\nfrom . import a\nfrom . import b_c\n", ("x = 1\n", {"a", "b_c"})),
        ("x = 1\n\n# why\nfrom . import a\n\n# end\n", ("x = 1\n", {"a"})),
        ("x = 1\nfrom . import a", ("x = 1\n", {"a"})),
        ("from . import a\nx = 1\nfrom . import b\n", ("from . import a\nx = 1\n", {"b"})),
        ("x = 1\nif x:\n    from . import a\n", None),
        ("x = 1\nfrom . import a as b\n", None),
        ("x = 1\nfrom .a import b\n", None),
        ("x = 1\n", None),
        ("", None),
        ("def __getattr__(name): ...\nfrom . import a\n", None),
    ],
)
def test_the_imports_at_the_end_are_split_off(source: str, expected: tuple[str, set[str]] | None) -> None:
    parts = lazy_python.split_source(source)
    assert (parts and (parts[0], set(parts[1]))) == expected


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("alb", "alb"),
        ("ecr_repository", "ecrRepository"),
        ("data_aws_s3_bucket", "dataAwsS3Bucket"),
        ("route53_record", "route53Record"),
        ("vpc_ipv4_cidr_block_association", "vpcIpv4CidrBlockAssociation"),
    ],
)
def test_jsii_writes_modules_in_camel_case(module: str, name: str) -> None:
    assert lazy_python.camel_case(module) == name

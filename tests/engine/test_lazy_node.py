"""The Node half: the provider's JavaScript files load when they are used, or all at once where they look different."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from ecr_constructs._engine.lazy import node as lazy_node
from tests.engine import mini_bindings
from tests.engine.engine_programs import Programs
from tests.engine.mini_bindings import OF_CDKTF, OF_CDKTN, Form

ALL = ["alpha", "beta-two", "gamma"]
FILES = """
import json
import ecr_constructs.fast
from cdktf_cdktf_provider_aws.alpha import Alpha
first = Alpha.loaded()
print(json.dumps([first, Alpha.beta().size, Alpha.loaded()]))
"""


def files(form: Form) -> str:
    return FILES.replace(OF_CDKTF.package, form.package)


def test_the_kernel_loads_the_files_that_are_used(
    programs: Programs, form: Form, mini_with: Callable[..., Path]
) -> None:
    assert programs.answer(files(form), bindings=mini_with(form)) == [["alpha"], 2, ["alpha", "beta-two"]]


def test_without_the_helper_each_of_them_loads_all(
    programs: Programs, form: Form, mini_with: Callable[..., Path]
) -> None:
    """Those of `cdktn` are lazy by themselves in Python alone."""
    source = files(form).replace("import ecr_constructs.fast\n", "")
    assert programs.answer(source, bindings=mini_with(form)) == [ALL, 2, ALL]


def test_the_kernel_accepts_the_helper_when_it_checks_assemblies(programs: Programs, mini: Path) -> None:
    """The helper is a complete jsii assembly, also for jsii's own validation."""
    answer = programs.answer(FILES, bindings=mini, JSII_VALIDATE_ASSEMBLIES="1")
    assert answer == [["alpha"], 2, ["alpha", "beta-two"]]


def test_the_kernel_needs_no_cache(programs: Programs, mini: Path) -> None:
    answer = programs.answer(FILES, bindings=mini, JSII_RUNTIME_PACKAGE_CACHE="disabled")
    assert answer == [["alpha"], 2, ["alpha", "beta-two"]]


def test_an_unknown_index_loads_everything(programs: Programs, form: Form, mini_with: Callable[..., Path]) -> None:
    """The provider's index runs as it is when it has a line that is not known."""
    bindings = mini_with(form, index_js=form.index_js + "exports.more = 1;\n")
    assert programs.answer(files(form), bindings=bindings) == [ALL, 2, ALL]


@pytest.mark.parametrize("broken", ["jsii.load", "lazy_node.pack"])
def test_a_helper_that_cannot_be_loaded_is_done_without(programs: Programs, mini: Path, broken: str) -> None:
    source = f"""
import jsii
from ecr_constructs._engine.lazy import node as lazy_node
def fail(*_, **__):
    raise OSError("no")
{broken} = fail
{FILES}"""
    assert programs.answer(source, bindings=mini) == [ALL, 2, ALL]


def test_a_package_of_another_form_still_gets_the_helper(programs: Programs, mini_with: Callable[..., Path]) -> None:
    """The halves do not need each other: Python may load everything while Node does not."""
    bindings = mini_with(init=mini_bindings.INIT + "print\n")
    assert programs.answer(FILES, bindings=bindings) == [["alpha"], 2, ["alpha", "beta-two"]]


def test_the_package_is_the_same_bytes_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """jsii keeps one copy for each content, so the content must not depend on the time."""
    packed = []
    for now in (1.0e9, 2.0e9):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        packed.append(lazy_node.pack())
    assert packed[0] == packed[1]
    with tarfile.open(fileobj=BytesIO(packed[0])) as archive:
        assert archive.getnames() == ["package/.jsii", "package/index.js", "package/package.json"]


class Kernel:
    """A folder like the one into which jsii's kernel puts its packages: the helper next to the provider."""

    def __init__(self, folder: Path, form: Form = OF_CDKTF) -> None:
        self.form = form
        self.modules = folder / "node_modules"
        helper = self.modules / "ecr-constructs-lazy-bindings" / "index.js"
        helper.parent.mkdir(parents=True)
        helper.write_text(resources.files(lazy_node.__package__).joinpath("node.js").read_text())
        self.index = self.modules / form.name / "lib" / "index.js"
        for name in ALL:
            file = self.index.parent / name / "index.js"
            file.parent.mkdir(parents=True)
            file.write_text(f"(globalThis.seen ??= []).push({name!r}); exports.name = {name!r};")

    def answer(self, script: str, *, index: str | None = None, before: str = "") -> Any:
        """Run a script on `aws`, the provider, with another index where one is given, and return what it returns."""
        self.index.write_text(index or self.form.index_js)
        program = f"""
            globalThis.seen = [];
            require("./node_modules/ecr-constructs-lazy-bindings/index.js");
            {before}
            const aws = require("./node_modules/{self.form.name}/lib/index.js");
            console.log(JSON.stringify(((aws) => {{ {script} }})(aws)));
        """
        node = os.environ.get("JSII_NODE") or shutil.which("node") or "node"
        done = subprocess.run(
            [node, "-e", program], capture_output=True, check=True, cwd=self.modules.parent, text=True, timeout=900
        )
        return json.loads(done.stdout)


@pytest.fixture
def kernel(tmp_path: Path, form: Form) -> Kernel:
    return Kernel(tmp_path, form)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("/**\n * Licence.\n */\n", ""),
        ("exports.gamma = exports.betaTwo = exports.alpha = void 0;\n", ""),
        (" = exports.alpha = void 0;", " = void 0;\nexports.alpha = void 0;"),
        ("//# sourceMappingURL=data:application/json;base64,e30=\n", ""),
    ],
    ids=["as generated", "no licence", "no list of exports", "two lists of exports", "no source map"],
)
def test_known_forms_are_lazy(kernel: Kernel, old: str, new: str) -> None:
    assert old in kernel.form.index_js
    index = kernel.form.index_js.replace(old, new) if old else kernel.form.index_js
    script = "const before = [...seen]; return [before, aws.betaTwo.name, aws.betaTwo === aws.betaTwo, seen];"
    assert kernel.answer(script, index=index) == [[], "beta-two", True, ["beta-two"]]


def test_what_a_file_exports_is_wrapped_as_without_it(tmp_path: Path) -> None:
    """TypeScript's wrapper, for a file that is no module of its kind, is used at the first use as well."""
    kernel = Kernel(tmp_path, OF_CDKTN)
    assert kernel.answer("return Object.keys(aws.gamma).sort();") == ["default", "name"]
    (kernel.index.parent / "gamma" / "index.js").write_text("exports.__esModule = true; exports.name = 'gamma';")
    assert kernel.answer("return Object.keys(aws.gamma).sort();") == ["__esModule", "name"]


@pytest.mark.parametrize(
    "index",
    [
        mini_bindings.INDEX_JS.replace('require("./gamma")', '__importStar(require("./gamma"))').replace(
            "// generated", "const __importStar = (module) => module;"
        ),
        mini_bindings.INDEX_JS.replace('require("./gamma");', 'require("./gamma"); exports.x = 1;'),
        mini_bindings.INDEX_JS.replace('"use strict";\n', ""),
        mini_bindings.INDEX_JS.replace("\n", "\r\n"),
        mini_bindings.INDEX_JS.replace(" * Licence.\n */\n", " * Licence. */ exports.x = 1; /*\n */\n"),
        mini_bindings.INDEX_JS.replace("void 0;", "undefined;"),
        mini_bindings.INDEX_JS.replace("// generated", "// generated\u2028exports.x = 1;"),
        mini_bindings.INDEX_JS + "/* end */\n",
        mini_bindings.WRAPPED_INDEX_JS.replace("})();\nObject", "})();\nexports.x = 1;\nObject"),
        mini_bindings.WRAPPED_INDEX_JS.replace('__importStar(require("./gamma', 'Object(require("./gamma'),
        mini_bindings.WRAPPED_INDEX_JS.replace("(this && this.__setModuleDefault) || ", ""),
    ],
    ids=[
        "wrapped",
        "two on a line",
        "not strict",
        "other line ends",
        "code in a comment",
        "undefined",
        "U+2028",
        "end",
        "code among helpers",
        "another wrapper",
        "another helper",
    ],
)
def test_unknown_forms_run_as_they_are(tmp_path: Path, index: str) -> None:
    script = "const before = [...seen]; return [before, aws.betaTwo.name, aws.gamma.name];"
    form = OF_CDKTN if "__createBinding" in index else OF_CDKTF
    assert Kernel(tmp_path, form).answer(script, index=index) == [ALL, "beta-two", "gamma"]


def test_exports_look_like_ordinary_ones(kernel: Kernel) -> None:
    """They are listed in the same order, can be copied without being loaded, and can be replaced."""
    script = """
        const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(aws));
        const names = Object.keys(aws);
        const before = [...seen];
        aws.gamma = { name: "another" };
        const same = copy.alpha === aws.alpha && "betaTwo" in aws && aws.__esModule;
        const used = Object.getOwnPropertyDescriptor(aws, "alpha");
        return [names, before, aws.gamma.name, same, used.value.name, used.writable, seen];
    """
    names = ["alpha", "betaTwo", "gamma"]
    assert kernel.answer(script) == [names, [], "another", True, "alpha", True, ["alpha"]]


def test_a_file_that_fails_fails_each_time(kernel: Kernel) -> None:
    """A file that cannot be loaded fails when it is used, with its own error, and does not become undefined."""
    (kernel.index.parent / "gamma" / "index.js").write_text("throw new Error('broken');")
    script = """
        const use = () => { try { return aws.gamma; } catch (error) { return error.message; } };
        return [aws.alpha.name, use(), use()];
    """
    assert kernel.answer(script) == ["alpha", "broken", "broken"]


def test_no_other_file_is_touched(kernel: Kernel) -> None:
    """A file of the same form elsewhere runs as it is, and the hook goes when it has done its work."""
    (kernel.index.parent / "other.js").write_text(kernel.form.index_js.replace('"./', '"./again-'))
    for name in ALL:
        shutil.copytree(kernel.index.parent / name, kernel.index.parent / f"again-{name}")
    script = """
        const hooked = require("node:module")._extensions[".js"].toString().includes("INDEX");
        const before = seen.length;
        return [before, aws.alpha.name, seen.length, hooked];
    """
    other = f'require("./node_modules/{kernel.form.name}/lib/other.js");'
    assert kernel.answer(script, before=other) == [3, "alpha", 4, False]


def test_another_hook_stays(kernel: Kernel) -> None:
    """A hook that somebody puts on top is not taken away with this one."""
    hook = """
        const Module = require("node:module");
        const under = Module._extensions[".js"];
        const top = (module, filename) => under(module, filename);
        Module._extensions[".js"] = top;
    """
    script = "return [seen.length, aws.alpha.name, seen.length, Module._extensions['.js'] === top];"
    assert kernel.answer(script, before=hook) == [0, "alpha", 1, True]

"""How the shape of a provider is read from bindings: each form there is, and nothing that is written in another way."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CODE = """
function thingPartToTerraform(struct) {
    if (!cdktn.canInspect(struct)) {
        return struct;
    }
    return {
        deep: thingPartDeepToTerraform(struct.deep),
        when: struct.when === undefined ? null : cdktn.listMapper(cdktn.stringToTerraform, false)(struct.when),
    };
}
function thingPartDeepToTerraform(struct) {
    return {
        size_in_gb: cdktn.numberToTerraform(struct.sizeInGb),
    };
}
class Thing extends cdktn.TerraformResource {
    // =================
    static tfResourceType = "aws_thing";
    synthesizeAttributes() {
        return {
            name: cdktn.stringToTerraform(this._name),
            secret_wo: this.markWriteOnlyAttribute(cdktn.stringToTerraform(this._secretWo)),
            tags: cdktn.hashMapper(cdktn.stringToTerraform)(this._tags),
            part: cdktn.listMapper(thingPartToTerraform, true)(this._part.internalValue),
        };
    }
}
"""
DECLARATIONS = """
export interface ThingConfig extends cdktn.TerraformMetaArguments {
    /** text */
    readonly name: string;
    readonly secretWo?: string;
    readonly tags?: { [key: string]: string };
    readonly part?: ThingPart[] | cdktn.IResolvable;
}
export interface ThingPart {
    readonly when?: string[];
    readonly deep: ThingPartDeep;
}
export interface ThingPartDeep {
    readonly sizeInGb: number;
}
"""
SHAPE = {
    "name": {"is": "value", "required": True},
    "secret_wo": {"is": "value"},
    "tags": {"is": "map"},
    "part": {
        "is": "blocks",
        "of": {
            "deep": {"is": "block", "required": True, "of": {"size_in_gb": {"is": "value", "required": True}}},
            "when": {"is": "list"},
        },
    },
}


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("provider_shape", ROOT / "tools" / "provider_shape.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.modules.pop("provider_shape", None)


def wheel_of(path, files):
    """Write a wheel of bindings."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("bindings/_jsii/provider.jsii.tgz", packed.getvalue())
    return path


@pytest.fixture
def wheel(tmp_path):
    package = {"version": "1.2.3", "cdktn": {"provider": {"version": "6.69.1"}}}
    lookup = CODE.replace("TerraformResource", "TerraformDataSource").replace("_name", "_other")
    files = {
        "package.json": json.dumps(package),
        "lib/data-aws-thing/index.js": lookup,
        "lib/data-aws-thing/index.d.ts": DECLARATIONS,
        "lib/thing/index.d.ts": DECLARATIONS,
        "lib/thing/index.js": CODE,
    }
    return wheel_of(tmp_path / "bindings.whl", files)


def test_every_form_of_an_argument_is_read(tool):
    assert tool.shape_of(CODE, DECLARATIONS, "aws_thing") == SHAPE


@pytest.mark.parametrize(
    ("theirs", "another"),
    [
        ("cdktn.stringToTerraform(this._name)", "cdktn.setMapper(this._name)"),
        ("cdktn.stringToTerraform(this._name)", "cdktn.stringToTerraform(name)"),
        ("            name: cdktn", "            ...name, cdktn"),
        ("this._tags)", "this._labels)"),
        ("        deep: thing", "        deeper(thing"),
    ],
)
def test_what_is_written_in_another_way_is_no_silence(tool, theirs, another):
    assert theirs in CODE
    with pytest.raises(tool.Unreadable, match="is not written as expected"):
        tool.shape_of(CODE.replace(theirs, another), DECLARATIONS, "aws_thing")


def test_a_wheel_gives_the_resource_and_not_the_data_source_and_says_what_it_was(tool, wheel):
    shape = tool.distil(wheel, ["aws_thing"])

    assert shape["types"] == {"aws_thing": SHAPE}
    assert (shape["package"], shape["provider"]) == ("cdktn-provider-aws 1.2.3", "6.69.1")
    assert json.loads(tool.written(shape)) == shape


def test_a_type_that_a_wheel_lacks_is_named(tool, wheel):
    with pytest.raises(tool.Unreadable, match="has no aws_other"):
        tool.distil(wheel, ["aws_thing", "aws_other"])


def test_what_is_kept_is_written_as_the_tool_writes_it(tool):
    kept = tool.TARGET.read_text(encoding="utf-8")
    assert tool.written(json.loads(kept)) == kept


def test_what_is_kept_is_of_the_package_that_is_locked(tool):
    kept = json.loads(tool.TARGET.read_text(encoding="utf-8"))
    assert kept["package"].replace(" ", "==") == tool.locked()
    assert f"--hash=sha256:{kept['sha256']}" in tool.LOCK.read_text(encoding="utf-8")

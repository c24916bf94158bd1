"""A package in the form of the AWS provider's bindings: three modules and their JavaScript, for jsii's real kernel.

`Alpha` gives back what the other modules define, and tells which JavaScript files were loaded.
"""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

NAME = "@cdktf/provider-aws"
VERSION = "0.0.1"
MODULES = ("alpha", "beta_two", "gamma")

INIT = '''"""Mini bindings."""
from pkgutil import extend_path
__path__ = extend_path(__path__, __name__)

import publication

from ._jsii import *

__all__ = [
    "alpha",
    "beta_two",
    "gamma",
]

publication.publish()

# Loading modules to ensure their types are registered with the jsii runtime library
from . import alpha
from . import beta_two
from . import gamma
'''

JSII = f'''import jsii
import publication

__jsii_assembly__ = jsii.JSIIAssembly.load("{NAME}", "{VERSION}", __name__[0:-6], "mini.tgz")
__all__ = ["__jsii_assembly__"]
publication.publish()
'''

ALPHA = """import jsii
from .._jsii import *

class Alpha(metaclass=jsii.JSIIMeta, jsii_type="@cdktf/provider-aws.alpha.Alpha"):
    @classmethod
    def beta(cls):
        return jsii.sinvoke(cls, "beta", [])

    @classmethod
    def shade(cls):
        return jsii.sinvoke(cls, "shade", [])

    @classmethod
    def loaded(cls):
        return jsii.sinvoke(cls, "loaded", [])
"""

BETA_TWO = """import jsii
from .._jsii import *

class BetaTwo(metaclass=jsii.JSIIMeta, jsii_type="@cdktf/provider-aws.betaTwo.BetaTwo"):
    @property
    def size(self):
        return jsii.get(self, "size")
"""

GAMMA = """import enum
import jsii
from .._jsii import *

@jsii.enum(jsii_type="@cdktf/provider-aws.gamma.Shade")
class Shade(enum.Enum):
    DARK = "DARK"
"""

INDEX_JS = """"use strict";
/**
 * Licence.
 */
Object.defineProperty(exports, "__esModule", { value: true });
exports.gamma = exports.betaTwo = exports.alpha = void 0;
// generated
exports.alpha = require("./alpha");
exports.betaTwo = require("./beta-two");
exports.gamma = require("./gamma");
//# sourceMappingURL=data:application/json;base64,e30=
"""

ALPHA_JS = """"use strict";
class Alpha {
  static beta() { return new (require("../beta-two").BetaTwo)(); }
  static shade() { return require("../gamma").Shade.DARK; }
  static loaded() {
    const files = Object.keys(require.cache).map((file) => /provider-aws[^]lib[^](.+)[^]index.js$/.exec(file)?.[1]);
    return files.filter((file) => file !== undefined).sort();
  }
}
Alpha[Symbol.for("jsii.rtti")] = { fqn: "@cdktf/provider-aws.alpha.Alpha", version: "0.0.1" };
exports.Alpha = Alpha;
"""

BETA_TWO_JS = """"use strict";
class BetaTwo { get size() { return 2; } }
BetaTwo[Symbol.for("jsii.rtti")] = { fqn: "@cdktf/provider-aws.betaTwo.BetaTwo", version: "0.0.1" };
exports.BetaTwo = BetaTwo;
"""

GAMMA_JS = """"use strict";
exports.Shade = { DARK: "DARK" };
"""


def write(folder: Path, *, init: str = INIT, index_js: str = INDEX_JS) -> Path:
    """Write the package into a folder and return the folder, for `PYTHONPATH`."""
    package = folder / "cdktf_cdktf_provider_aws"
    sources = {"": init, "_jsii": JSII, "alpha": ALPHA, "beta_two": BETA_TWO, "gamma": GAMMA}
    for name, source in sources.items():
        (package / name).mkdir(parents=True, exist_ok=True)
        (package / name / "__init__.py").write_text(source)
    files = {
        ".jsii": json.dumps(_assembly()),
        "package.json": json.dumps({"name": NAME, "version": VERSION, "main": "lib/index.js"}),
        "lib/index.js": index_js,
        "lib/alpha/index.js": ALPHA_JS,
        "lib/beta-two/index.js": BETA_TWO_JS,
        "lib/gamma/index.js": GAMMA_JS,
    }
    with tarfile.open(package / "_jsii" / "mini.tgz", "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return folder


def _assembly() -> dict[str, object]:
    beta = _method("beta", {"fqn": f"{NAME}.betaTwo.BetaTwo"})
    shade = _method("shade", {"fqn": f"{NAME}.gamma.Shade"})
    loaded = _method("loaded", {"collection": {"elementtype": {"primitive": "string"}, "kind": "array"}})
    size = {"immutable": True, "name": "size", "type": {"primitive": "number"}}
    types = [
        _type("alpha", "Alpha", "class", initializer={}, methods=[beta, shade, loaded]),
        _type("betaTwo", "BetaTwo", "class", initializer={}, properties=[size]),
        _type("gamma", "Shade", "enum", members=[{"name": "DARK"}]),
    ]
    return {
        "author": {"name": "mini", "roles": ["author"]},
        "description": "mini",
        "fingerprint": "none",
        "homepage": "none",
        "jsiiVersion": "5.8.0",
        "license": "MIT",
        "name": NAME,
        "repository": {"type": "git", "url": "none"},
        "schema": "jsii/0.10.0",
        "types": {each["fqn"]: each for each in types},
        "version": VERSION,
    }


def _type(namespace: str, name: str, kind: str, **more: object) -> dict[str, object]:
    return {
        "assembly": NAME,
        "fqn": f"{NAME}.{namespace}.{name}",
        "kind": kind,
        "name": name,
        "namespace": namespace,
        **more,
    }


def _method(name: str, returns: dict[str, object]) -> dict[str, object]:
    return {"name": name, "returns": {"type": returns}, "static": True}

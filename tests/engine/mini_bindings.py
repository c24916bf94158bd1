"""A package in the form of the AWS provider's bindings: three modules and their JavaScript, for jsii's real kernel.

`Alpha` gives back what the other modules define, and tells which JavaScript files were loaded. The bindings of each
engine have a form of their own; that of `cdktn` is lazy by itself in Python.
"""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import NamedTuple

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

LAZY_INIT = '''"""Mini bindings."""
from pkgutil import extend_path
__path__ = extend_path(__path__, __name__)

import importlib as _importlib

import publication

from ._jsii import *

__all__ = [
    "alpha",
    "beta_two",
    "gamma",
]

publication.publish()

_SUBMODULES = {
    "alpha",
    "beta_two",
    "gamma",
}

def __getattr__(name: str) -> object:
    if name in _SUBMODULES:
        mod = _importlib.import_module(f".{name}", __name__)
        globals()[name] = mod
        return mod
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

def __dir__() -> "list[str]":
    return [*__all__, *_SUBMODULES]

import sys as _sys
setattr(_sys.modules[__name__], "__getattr__", __getattr__)
setattr(_sys.modules[__name__], "__dir__", __dir__)
'''

JSII = f'''import jsii
import publication

__jsii_assembly__ = jsii.JSIIAssembly.load("@cdktf/provider-aws", "{VERSION}", __name__[0:-6], "mini.tgz")
__all__ = ["__jsii_assembly__"]
publication.publish()
'''

LAZY_JSII = """
_SUBMODULE_FQN_MAP = {
    "@cdktf/provider-aws.alpha": "cdktn_provider_aws.alpha",
    "@cdktf/provider-aws.betaTwo": "cdktn_provider_aws.beta_two",
    "@cdktf/provider-aws.gamma": "cdktn_provider_aws.gamma",
}
"""

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

WRAPPED_INDEX_JS = """"use strict";
/**
 * Licence.
 */
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    var desc = Object.getOwnPropertyDescriptor(m, k);
    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
      desc = { enumerable: true, get: function() { return m[k]; } };
    }
    Object.defineProperty(o, k2, desc);
}) : (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    o[k2] = m[k];
}));
var __setModuleDefault = (this && this.__setModuleDefault) || (Object.create ? (function(o, v) {
    Object.defineProperty(o, "default", { enumerable: true, value: v });
}) : function(o, v) {
    o["default"] = v;
});
var __importStar = (this && this.__importStar) || (function () {
    var ownKeys = function(o) {
        ownKeys = Object.getOwnPropertyNames || function (o) {
            var ar = [];
            for (var k in o) if (Object.prototype.hasOwnProperty.call(o, k)) ar[ar.length] = k;
            return ar;
        };
        return ownKeys(o);
    };
    return function (mod) {
        if (mod && mod.__esModule) return mod;
        var result = {};
        if (mod != null)
            for (var k = ownKeys(mod), i = 0; i < k.length; i++)
                if (k[i] !== "default") __createBinding(result, mod, k[i]);
        __setModuleDefault(result, mod);
        return result;
    };
})();
Object.defineProperty(exports, "__esModule", { value: true });
exports.gamma = exports.betaTwo = exports.alpha = void 0;
// generated
exports.alpha = __importStar(require("./alpha/index"));
exports.betaTwo = __importStar(require("./beta-two/index"));
exports.gamma = __importStar(require("./gamma/index"));
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


class Form(NamedTuple):
    """The bindings of an engine.

    Attributes:
        package: Their package in Python.
        name: Their package in Node.
        init: The source of the package.
        before_load: What its module `_jsii` says before it loads the package in Node.
        index_js: The index of that.
    """

    package: str
    name: str
    init: str
    before_load: str
    index_js: str


OF_CDKTF = Form("cdktf_cdktf_provider_aws", "@cdktf/provider-aws", INIT, "", INDEX_JS)
OF_CDKTN = Form("cdktn_provider_aws", "@cdktn/provider-aws", LAZY_INIT, LAZY_JSII, WRAPPED_INDEX_JS)
FORMS = (OF_CDKTF, OF_CDKTN)


def write(folder: Path, form: Form = OF_CDKTF, *, init: str | None = None, index_js: str | None = None) -> Path:
    """Write the package into a folder and return the folder, for `PYTHONPATH`."""
    package = folder / form.package
    sources = {
        "": init or form.init,
        "_jsii": form.before_load + JSII,
        "alpha": ALPHA,
        "beta_two": BETA_TWO,
        "gamma": GAMMA,
    }
    for name, source in sources.items():
        (package / name).mkdir(parents=True, exist_ok=True)
        (package / name / "__init__.py").write_text(source.replace(OF_CDKTF.name, form.name))
    files = {
        ".jsii": json.dumps(_assembly(form.name)),
        "package.json": json.dumps({"name": form.name, "version": VERSION, "main": "lib/index.js"}),
        "lib/index.js": index_js or form.index_js,
        "lib/alpha/index.js": ALPHA_JS.replace(OF_CDKTF.name, form.name),
        "lib/beta-two/index.js": BETA_TWO_JS.replace(OF_CDKTF.name, form.name),
        "lib/gamma/index.js": GAMMA_JS,
    }
    with tarfile.open(package / "_jsii" / "mini.tgz", "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return folder


def _assembly(assembly: str) -> dict[str, object]:
    beta = _method("beta", {"fqn": f"{assembly}.betaTwo.BetaTwo"})
    shade = _method("shade", {"fqn": f"{assembly}.gamma.Shade"})
    loaded = _method("loaded", {"collection": {"elementtype": {"primitive": "string"}, "kind": "array"}})
    size = {"immutable": True, "name": "size", "type": {"primitive": "number"}}
    types = [
        _type(assembly, "alpha", "Alpha", "class", initializer={}, methods=[beta, shade, loaded]),
        _type(assembly, "betaTwo", "BetaTwo", "class", initializer={}, properties=[size]),
        _type(assembly, "gamma", "Shade", "enum", members=[{"name": "DARK"}]),
    ]
    return {
        "author": {"name": "mini", "roles": ["author"]},
        "description": "mini",
        "fingerprint": "none",
        "homepage": "none",
        "jsiiVersion": "5.8.0",
        "license": "MIT",
        "name": assembly,
        "repository": {"type": "git", "url": "none"},
        "schema": "jsii/0.10.0",
        "types": {each["fqn"]: each for each in types},
        "version": VERSION,
    }


def _type(assembly: str, namespace: str, name: str, kind: str, **more: object) -> dict[str, object]:
    return {
        "assembly": assembly,
        "fqn": f"{assembly}.{namespace}.{name}",
        "kind": kind,
        "name": name,
        "namespace": namespace,
        **more,
    }


def _method(name: str, returns: dict[str, object]) -> dict[str, object]:
    return {"name": name, "returns": {"type": returns}, "static": True}

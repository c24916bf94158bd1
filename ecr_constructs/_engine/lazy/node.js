"use strict";
// The JavaScript half of the lazy bindings. jsii's kernel loads this package just before the AWS provider's, whose
// index.js requires one file for each resource and data source: more than 2,000. This makes each of them load when it
// is first used. Only that one file is looked at, and only if all of it has the form that is known here; otherwise it
// runs as it is.

const Module = require("node:module");
const path = require("node:path");

// The kernel puts all packages next to each other. A program has one of the two.
const INDEXES = ["@cdktf", "@cdktn"].map((scope) => path.join(__dirname, "..", scope, "provider-aws", "lib", "index.js"));

const HEADER = new RegExp(
  [
    String.raw`^"use strict";\n`,
    String.raw`(?:/\*(?:[^*]|\*(?!/))*\*/\n)?`, // the licence
    // What TypeScript puts there for `export * as`, each a statement over several lines (cdktn).
    String.raw`(?:var (__\w+) = \(this && this\.\1\) \|\| [^\n]*\n(?:[ }][^\n]*\n)+)*`,
    String.raw`Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);\n`,
    String.raw`(?:(?:exports\.\w+ = )+void 0;\n)*`,
  ].join(""),
);
// `exports.x = require("./x");`, or `exports.x = __importStar(require("./x/index"));` (cdktn).
const REQUIRE = /^exports\.(\w+) = (?:require\(("\.\/[\w./-]+")\)|(__importStar)\(require\(("\.\/[\w./-]+")\)\));$/;
const COMMENT_OR_BLANK = /^(?:\/\/.*)?$/;

// In front of the text's first line, so that the numbers of its lines stay.
const PRELUDE = `"use strict"; ${function $lazily(name, file, wrapped = (module) => module) {
  const define = (how) => Object.defineProperty(exports, name, { configurable: true, enumerable: true, ...how });
  const set = (value) => define({ value, writable: true });
  define({ get: () => (exports[name] = wrapped(require(file))), set });
}
  .toString()
  .replace(/\n */g, " ")} `;

/** Return the text with each `exports.x = require("./x")` made lazy, or undefined where it has any other form. */
function lazily(text) {
  const header = HEADER.exec(text)?.[0];
  if (header === undefined) return undefined;
  const lines = text.slice(header.length).split("\n");
  if (!lines.some((line) => REQUIRE.test(line))) return undefined;
  if (!lines.every((line) => REQUIRE.test(line) || COMMENT_OR_BLANK.test(line))) return undefined;
  const lazy = (_, name, file, wrap, wrapped) => `$lazily("${name}", ${wrap ? `${wrapped}, ${wrap}` : file});`;
  return PRELUDE + header + lines.map((line) => line.replace(REQUIRE, lazy)).join("\n");
}

/** Change how the one file is compiled, the next time it is loaded. */
function install() {
  const before = Module._extensions[".js"];
  const hook = (module, filename) => {
    if (INDEXES.includes(filename)) {
      // Another hook that was put on top of this one since then stays.
      if (Module._extensions[".js"] === hook) Module._extensions[".js"] = before;
      const compile = module._compile;
      module._compile = (text, ...others) => {
        module._compile = compile;
        return compile.call(module, lazily(text) ?? text, ...others);
      };
    }
    return before(module, filename);
  };
  Module._extensions[".js"] = hook;
}

install();

// CDKTF asks util.isArray, of which Node 23 and newer warn in every process. This is what it has always been.
require("node:util").isArray = Array.isArray;

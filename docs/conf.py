"""The site. `make docs` builds it into build/site; a warning fails."""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import version as version_of
from pathlib import Path

from jsii._kernel.providers.process import ProcessProvider
from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

# The API reference imports every construct. Nothing is made, so that all it needs of CDKTF is its Python: jsii's kernel
# in Node, which an import would load into, is left where it is.
ProcessProvider.load = lambda *_: None
from public import import_what_is_for_checkers, name_choices, sign  # noqa: E402

import ecr_constructs.discovery  # noqa: E402
import ecr_constructs.fast  # noqa: E402 - before the bindings
import ecr_constructs.testing.plugin  # noqa: E402
from ecr_constructs._engine.door import TerraformStack  # noqa: E402

for package in (ecr_constructs, ecr_constructs.testing):
    for name in package.__all__:
        getattr(package, name)
for name, module in sorted(sys.modules.items()):
    if name.startswith(("ecr_constructs.constructs.", "ecr_constructs.core.", "ecr_constructs.testing.")):
        import_what_is_for_checkers(module)
        if "Synthesised" in vars(module):
            # An alias that is written as text, as long as no checker reads it.
            vars(module)["Synthesised"] = TerraformStack | ecr_constructs.testing.documents.Document
name_choices(ecr_constructs, [each for name, each in sys.modules.items() if name.startswith("ecr_constructs.")])
for package in (ecr_constructs, ecr_constructs.testing, ecr_constructs.discovery):
    for name in package.__all__:
        sign(getattr(package, name))

project = "ecr-constructs"
author = "the authors of ecr-constructs"
copyright = author  # noqa: A001 - Sphinx's name
version = release = version_of(project)

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "outside", "public"]
exclude_patterns = ["_ext", "_static"]
nitpicky = True

# What is written for GitHub as well: links to headings as GitHub names them, `console` as it colours it.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
highlight_language = "text"

# The docstrings: names in backquotes are code, types stand beside the arguments that they are of.
default_role = "code"
autoclass_content = "both"
autodoc_class_signature = "mixed"
# What a class has from its bases, less what every construct and every exception has.
autodoc_default_options = {"members": True, "inherited-members": "Construct, Exception, BaseException"}
autodoc_inherit_docstrings = False
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "description"
autodoc_typehints_format = "short"
autodoc_typehints_description_target = "documented_params"
napoleon_numpy_docstring = False
napoleon_use_ivar = True
python_use_unqualified_type_names = True
add_module_names = False
toc_object_entries_show_parents = "hide"

# Types of others, whose pages are not asked for: the site is built without a network.
nitpick_ignore_regex = [
    ("py:.*", r"(cdktf|cdktf_cdktf_provider_aws|constructs|jsii)\..*"),
    ("py:.*", r"(collections|types|typing|pathlib)\..*"),
    # The type of a default, and what says that there is none.
    ("py:class", r"ecr_constructs\.discovery\.directory\.(T|_Nothing)"),
    # Where something is in AWS: what checks within the package are given.
    ("py:class", r"ecr_constructs\.core\.places\.Place"),
]

html_theme = "furo"
html_title = f"{project} {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False

SOURCE = (
    tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"].get("urls", {}).get("Source")
)
if SOURCE:
    html_theme_options = {"source_repository": SOURCE, "source_branch": "main", "source_directory": "docs/"}

# Pages with a heading for each of hundreds of names, which are found by search and by links: beside them stand their
# parts alone.
LONG = ("environment-file", "rules")


def setup(app: Sphinx) -> None:
    """Keep the contents of long pages short, and lead to the source of those pages alone that are written in docs/."""

    def shorten(_: Sphinx, docname: str, source: list[str]) -> None:
        if docname in LONG:
            source[0] = f"---\ntocdepth: 2\n---\n{source[0]}"

    def lead_to_source(app: Sphinx, pagename: str, _: str, context: dict[str, object], __: object) -> None:
        if pagename in LONG or not Path(app.env.doc2path(pagename)).resolve().is_relative_to(HERE):
            context["page_source_suffix"] = ""

    app.connect("source-read", shorten)
    app.connect("html-page-context", lead_to_source)

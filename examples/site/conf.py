"""How Sphinx makes the site; build.py gathers the pages and calls it."""

import inspect
from importlib.metadata import version as version_of
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.inspect import stringify_signature

project = "libtwin"
version = release = version_of("libtwin")
project_copyright = "the libtwin developers, Apache-2.0"
extensions = ["myst_nb", "sphinx.ext.autodoc"]

# Tutorials are run while the site is built: what a page shows is what came out. A cell that fails
# fails the build.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True

myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
suppress_warnings = [
    "myst.xref_missing",  # links between files of the checkout that are no page here
    "myst.header",  # a README begins where it wants to
]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {
    "members": True,
    "undoc-members": False,
    "inherited-members": "BaseException, Exception, KeyError, KeyboardInterrupt, property, tuple",
}
default_role = "code"
smartquotes = False  # much of what is quoted is typed

html_theme = "furo"
html_title = f"libtwin {version}"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
templates_path: list[str] = []
exclude_patterns = ["tutorials/README.md", "tutorials/lines", "tutorials/results"]


def as_written(
    _app: Sphinx, what: str, _name: str, thing: Any, _options: Any, given: str | None, _returns: Any
) -> tuple[str, str] | None:
    """A signature with its types as the source has them: "Duration", not what that stands for."""
    if given is None or what not in ("class", "exception", "function", "method"):
        return None
    signature = inspect.signature(thing)
    names = list(signature.parameters)
    if names[:1] == ["self"]:
        rest = [signature.parameters[name] for name in names[1:]]
        signature = signature.replace(parameters=rest)
    returns = signature.return_annotation
    bare = signature.replace(return_annotation=inspect.Signature.empty)
    is_named = isinstance(returns, str) and what in ("function", "method")
    return stringify_signature(bare), returns if is_named else ""


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("autodoc-process-signature", as_written)

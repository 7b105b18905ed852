"""How Sphinx makes the site; build.py gathers the pages and calls it."""

from importlib.metadata import version as version_of

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
autodoc_type_aliases = {"ArrayLike": "ArrayLike"}
autodoc_default_options = {"members": True, "undoc-members": False}

html_theme = "furo"
html_title = f"libtwin {version}"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
templates_path: list[str] = []
exclude_patterns = ["tutorials/lines", "tutorials/results"]

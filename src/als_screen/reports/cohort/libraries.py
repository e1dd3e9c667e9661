"""The table and plot libraries of the page, inlined from the installed packages: DataTables and plotly.js."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

_EXPORT = re.compile(r"export\s*\{[^}]*?([\w$]+) as default[^}]*\};?")
#: The id of the style of plotly's maps, which is not written where an element has that id already.
_MAP_STYLE = re.compile(r'getElementById\("([0-9a-f]{64})"\)')
#: What would end the script element, or keep its end tag from being seen.
_BREAKS_OUT = re.compile(r"</script|<!--\s*<script", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Libraries:
    """Texts to put into the page; `table` is a module that sets `globalThis.DataTable`.

    `style_ids` are ids that elements of the page must have, so that no library writes a style element.
    """

    table: str
    table_style: str
    plots: str
    style_ids: tuple[str, ...]
    versions: tuple[str, ...]


@cache
def libraries() -> Libraries:
    """Return the libraries, read once per process.

    Raises:
        ValueError: an installed package has another form than this module knows.
    """
    bundle, exports = _EXPORT.subn(r"globalThis.DataTable=\1;", _read("itables", "html/dt_bundle.js"))
    if exports != 1:
        raise ValueError(f"itables {version('itables')}: its DataTables bundle has no single default export")
    plots = inlinable(_read("plotly", "package_data/plotly.min.js"))
    return Libraries(
        table=inlinable(bundle),
        table_style=_read("itables", "html/dt_bundle.css"),
        plots=plots,
        style_ids=tuple(dict.fromkeys(_MAP_STYLE.findall(plots))),
        versions=tuple(f"{name} {version(name)}" for name in ("itables", "plotly")),
    )


def inlinable(script: str) -> str:
    """Return a script that may stand inside a script element; raise `ValueError` where it would break out."""
    if _BREAKS_OUT.search(script):
        raise ValueError("the script would end its own element")
    return script


def _read(package: str, name: str) -> str:
    """Return a file of an installed package without importing it; line ends as browsers hash them."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"the package {package} is not installed; run `make setup`")
    path = Path(spec.submodule_search_locations[0]) / name
    return path.read_text(encoding="utf-8").replace("\r\n", "\n").replace("\r", "\n")

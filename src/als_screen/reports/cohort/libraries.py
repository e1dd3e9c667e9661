"""The table and plot libraries of the page, inlined from the installed packages: DataTables and plotly.js."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

_EXPORT = re.compile(r"export\s*\{[^}]*?([\w$]+) as default[^}]*\};?")
#: What would end the script element, or keep its end tag from being seen.
_BREAKS_OUT = re.compile(r"</script|<!--\s*<script", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Libraries:
    """Texts to put into the page; `table` is a module that sets `globalThis.DataTable`."""

    table: str
    table_style: str
    plots: str
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
    return Libraries(
        table=inlinable(bundle),
        table_style=_read("itables", "html/dt_bundle.css"),
        plots=inlinable(_read("plotly", "package_data/plotly.min.js")),
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

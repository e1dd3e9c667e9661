"""The libraries are inlined from the installed packages, whole and unable to leave their element."""

from __future__ import annotations

import pytest

from als_screen.reports.cohort import libraries as module
from als_screen.reports.cohort.libraries import inlinable, libraries


def test_the_installed_packages_are_as_this_module_knows_them() -> None:
    found = libraries()
    assert found.table.count("globalThis.DataTable=") == 1
    assert "Plotly" in found.plots
    assert "dt-" in found.table_style
    assert len(found.style_ids) == 1
    assert [one.split(" ")[0] for one in found.versions] == ["itables", "plotly"]


@pytest.mark.parametrize("name", ["table", "plots"])
def test_they_fetch_nothing_while_they_load(name: str) -> None:
    script = getattr(libraries(), name)
    assert "importScripts(" not in script
    assert not script.lstrip().startswith("import ")


@pytest.mark.parametrize("script", ["a</script>b", "a</SCRIPT >b", "<!-- <script>"])
def test_what_would_end_its_element_is_refused(script: str) -> None:
    with pytest.raises(ValueError, match="end its own element"):
        inlinable(script)


def test_another_form_of_the_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_read", lambda _package, _name: "nothing exported")
    libraries.cache_clear()
    try:
        with pytest.raises(ValueError, match="no single default export"):
            libraries()
    finally:
        libraries.cache_clear()


def test_a_missing_package_is_told() -> None:
    with pytest.raises(ValueError, match="not installed; run `make setup`"):
        module._read("no_such_package_als", "x.js")

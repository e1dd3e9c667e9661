"""The knowledge and policies that a run used, kept beside its results so that they can be used again.

`results/knowledge/{name}/` holds `knowledge/`, `policies/` and `repeat/`, about 0.6 MB; the name is a hash of
all files, so a run that used the same adds nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from als_screen.config import LocalSettings
from als_screen.errors import InputError
from als_screen.files import checksum, temporary_name
from als_screen.interpretation.knowledge.files import read_manifest, write_manifest
from als_screen.models import ResourceVersion

#: Resources of a provenance that are policies, and where they lie.
POLICY_FILES = {"acmg_policy": "policies/acmg.json", "repeat_policies": "repeat/policies.json"}
#: Resources that come with the software and change with it.
BUNDLED = frozenset({"repeat_locus", "transcripts", "reference_GRCh37", "reference_GRCh38", "wording"})
#: Resources that only the evidence depends on, which tells a change of them itself.
OF_EVIDENCE = frozenset({"identity_sites"})

#: The laboratory's own tables, kept as `knowledge/local/{kind}/{name of the file}`, which results name.
LOCAL = "local"
KINDS = ("criteria", "classes", "frequencies")
NO_TABLES = LocalSettings(criteria=None, classes=None, frequencies=None, policy=None)

Versions = Mapping[str, ResourceVersion]


def keep(results: Path, resources: Path, knowledge: Path, own: LocalSettings = NO_TABLES) -> Path:
    """Copy what interpretation uses below `results/knowledge/`, once; return the copy.

    Args:
        results: of the run.
        resources: directory of the bundled resources, with `policies/` and `repeat/`.
        knowledge: the knowledge directory of the run.
        own: the laboratory's own tables and policy.
    """
    files = {
        f"{name}/{path.relative_to(resources / name).as_posix()}": path
        for name in ("policies", "repeat")
        for path in sorted((resources / name).rglob("*"))
        if path.is_file()
    }
    tables = [entry.file for entry in read_manifest(knowledge).resources.values()]
    files |= {f"knowledge/{name}": knowledge / name for name in ("manifest.json", *sorted(tables))}
    for kind in KINDS:
        if path := getattr(own, kind):
            files[f"knowledge/{LOCAL}/{kind}/{path.name}"] = path
    if own.policy:
        files[POLICY_FILES["acmg_policy"]] = own.policy
    sums = [(name, checksum(path)) for name, path in files.items()]
    target = results / "knowledge" / sha256(json.dumps(sums).encode()).hexdigest()[:16]
    if target.is_dir():
        return target
    scratch = temporary_name(target)
    for name, path in files.items():
        (scratch / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, scratch / name)
    try:
        scratch.rename(target)
    except OSError:
        if not target.is_dir():  # else another job of the run has just made it
            raise
        shutil.rmtree(scratch)
    return target


def policies_of(versions: Versions) -> dict[str, ResourceVersion]:
    """Return the policies of a provenance."""
    return {name: versions[name] for name in POLICY_FILES if name in versions}


def knowledge_of(versions: Versions) -> dict[str, ResourceVersion]:
    """Return the knowledge tables of a provenance."""
    return {
        name: one for name, one in versions.items() if name not in {*POLICY_FILES, *BUNDLED, *OF_EVIDENCE}
    }


def find_knowledge(versions: Versions, candidates: Iterable[Path]) -> Path | None:
    """Return the first knowledge directory that is, by checksums, the one of a provenance."""
    wanted = {name: one.sha256 for name, one in knowledge_of(versions).items()}
    return next((folder for folder in candidates if _checked(folder) == wanted), None)


def find_policies(versions: Versions, candidates: Iterable[Path]) -> Path | None:
    """Return the first directory whose policies are, by checksums, those of a provenance."""
    wanted = {POLICY_FILES[name]: one.sha256 for name, one in policies_of(versions).items()}
    return next(
        (
            folder
            for folder in candidates
            if wanted and all(_sum(folder / name) == digest for name, digest in wanted.items())
        ),
        None,
    )


def kept(results: Path) -> list[Path]:
    """Return the copies that a run kept."""
    return sorted(path for path in (results / "knowledge").glob("[0-9a-f]*") if path.is_dir())


class Places:
    """Where knowledge and policies of results are, by their checksums; each set is looked for once.

    Args:
        roots: directories with `knowledge/`, `policies/` and `repeat/`: kept copies and bundled resources.
        used: knowledge directories that runs were configured with, which may have changed since.
    """

    def __init__(self, roots: Iterable[Path], used: Iterable[Path] = ()) -> None:
        self._roots = list(roots)
        self._knowledge = [*(root / "knowledge" for root in self._roots), *used]
        self._found: dict[str, tuple[Path | None, Path | None]] = {}

    def of(self, versions: Versions) -> tuple[Path | None, Path | None]:
        """Return the knowledge and the policies of a provenance, None where they are not to be found."""
        key = json.dumps({name: one.sha256 for name, one in versions.items()}, sort_keys=True)
        if key not in self._found:
            self._found[key] = find_knowledge(versions, self._knowledge), find_policies(versions, self._roots)
        return self._found[key]


def own_tables(folder: Path) -> dict[str, Path]:
    """Return the laboratory's own tables that are kept in a knowledge directory, by kind."""
    found = {kind: sorted((folder / LOCAL / kind).glob("*")) for kind in KINDS}
    return {kind: paths[0] for kind, paths in found.items() if paths}


def tables(folder: Path) -> dict[str, ResourceVersion]:
    """Return every table of a knowledge directory, the laboratory's own included, as results name them."""
    shipped = {
        name: ResourceVersion(release=entry.release, sha256=entry.sha256)
        for name, entry in read_manifest(folder).resources.items()
    }
    own = {
        f"{LOCAL}_{kind}": ResourceVersion(release=path.name, sha256=checksum(path))
        for kind, path in own_tables(folder).items()
    }
    return {**shipped, **own}


def exchanged(one: Path, other: Path, names: Collection[str], target: Path) -> Path:
    """Write `target`, a knowledge directory like `one`, but with some tables as `other` has, or has not."""
    entries, foreign = dict(read_manifest(one).resources), read_manifest(other).resources
    for name in {*entries, *foreign}:
        source, origin = (other, foreign) if name in names else (one, entries)
        if name in origin:
            (target / origin[name].file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / origin[name].file, target / origin[name].file)
    kept_here = {name: entry for name, entry in entries.items() if name not in names}
    taken = {name: entry for name, entry in foreign.items() if name in names}
    write_manifest(target, {**kept_here, **taken})
    for kind in KINDS:
        path = own_tables(other if f"{LOCAL}_{kind}" in names else one).get(kind)
        if path:
            (target / LOCAL / kind).mkdir(parents=True)
            shutil.copyfile(path, target / LOCAL / kind / path.name)
    return target


def _checked(folder: Path) -> dict[str, str]:
    """Return the checksums of the tables of a knowledge directory as they are now, empty where it is none."""
    try:
        entries = read_manifest(folder).resources
    except InputError:
        return {}
    shipped = {name: _sum(folder / entry.file) for name, entry in entries.items()}
    return shipped | {f"{LOCAL}_{kind}": _sum(path) for kind, path in own_tables(folder).items()}


def _sum(path: Path) -> str:
    return checksum(path) if path.is_file() else ""

"""`als-screen update-knowledge`: slice downloaded releases into a knowledge directory of one's own.

What is given replaces its table; everything else is taken over from the directory it starts from (the
bundled one unless said otherwise). The directory is complete, or it is not written.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from als_screen.interpretation.knowledge import sources
from als_screen.interpretation.knowledge.files import (
    COLUMNS,
    Resource,
    read_manifest,
    read_rows,
    write_manifest,
    write_rows,
)
from als_screen.interpretation.knowledge.gnomad import gnomad
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE, Knowledge
from als_screen.interpretation.knowledge.places import Place
from als_screen.interpretation.knowledge.sites import refused
from als_screen.regions import Gene
from als_screen.resources import Resources, bundled

_PLACE = COLUMNS["clinvar"][:6]
PREDICTORS = ("revel", "alphamissense", "spliceai")
_LICENCE_OF_USER = "as the file's owner grants it to the laboratory; not to be passed on"


@dataclass(frozen=True, slots=True)
class Downloads:
    """The files that a person downloaded; `gnomad_release` is needed with `gnomad`, e.g. "v4.1".

    `date`: of the predictor files, for the manifest.
    """

    clinvar: Path | None = None
    gnomad: tuple[Path, ...] = ()
    gnomad_release: str = ""
    revel: Path | None = None
    alphamissense: Path | None = None
    spliceai: Path | None = None
    date: str = ""


def update_knowledge(
    downloads: Downloads, out: Path, base: Path = BUNDLED_KNOWLEDGE, resources: Resources | None = None
) -> list[str]:
    """Write a knowledge directory `out` and return one line about each table that was made.

    Raises:
        InputError: nothing was given, a file is not what it should be, or `out` exists and is none of ours.
    """
    found = resources or bundled()
    _recover(out)
    _check(downloads, out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as scratch:
        made = Path(scratch) / "knowledge"
        shutil.copytree(base, made)
        entries = dict(read_manifest(base).resources)
        lines = _tables(downloads, made, base, found, entries)
        write_manifest(made, entries)
        Knowledge.load(made)
        _replace(made, out)
    return lines


def _check(downloads: Downloads, out: Path) -> None:
    if not any(
        (downloads.clinvar, downloads.gnomad, downloads.revel, downloads.alphamissense, downloads.spliceai)
    ):
        raise refused(out, "no downloaded file was given", "name one, e.g. --clinvar clinvar.vcf.gz")
    if downloads.gnomad and not downloads.gnomad_release.startswith("v"):
        raise refused(downloads.gnomad[0], "needs its release", "add --gnomad-release, e.g. v4.1")
    if out.exists() and not (out / "manifest.json").exists():
        raise refused(out, "exists and is no knowledge directory", "name another directory")


def _replace(made: Path, out: Path) -> None:
    """Put the new directory in the place of an older one, which is kept whole until the new one is there."""
    old = _set_aside(out)
    if out.exists():
        out.rename(old)
    made.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _set_aside(out: Path) -> Path:
    """Return where the older directory waits while the new one takes its place."""
    return out.with_name(f".{out.name}.old")


def _recover(out: Path) -> None:
    """Put back what a run that was killed between the two renames set aside; otherwise remove it."""
    old = _set_aside(out)
    if old.exists() and not out.exists():
        old.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _tables(
    downloads: Downloads, made: Path, base: Path, resources: Resources, entries: dict[str, Resource]
) -> list[str]:
    lines = []
    if downloads.clinvar is not None:
        lines.append(_clinvar(downloads.clinvar, made, resources, entries))
    if downloads.gnomad:
        lines.append(_gnomad(downloads, made, base, resources, entries))
    scores = _scores(downloads, resources)
    if scores:
        lines.append(_predictors(downloads, made, base, scores, entries))
    return lines


def _in_order(rows: Mapping[Place, Sequence[str]]) -> list[tuple[str, ...]]:
    order = list(Gene)
    places = sorted(rows, key=lambda place: (order.index(place.gene), place.grch38, place.ref, place.alt))
    return [(*place.cells(), *rows[place]) for place in places]


def _clinvar(path: Path, made: Path, resources: Resources, entries: dict[str, Resource]) -> str:
    date, gathered = sources.clinvar(resources, path)
    comments = [
        f"ClinVar records of the four genes, from {path.name}; NCBI ClinVar, public domain.",
        f"release: {date}.",
    ]
    write_rows(made / "clinvar.tsv", comments, COLUMNS["clinvar"], _in_order(gathered.rows))
    entries["clinvar"] = Resource(
        file="clinvar.tsv",
        release=date,
        date=date,
        licence="public domain",
        source=f"NCBI ClinVar, {path.name}",
        sha256="",
    )
    left_out = f"{gathered.left_out} records left out (no germline class, or no single allele)"
    silent = [gene.value for gene in Gene if all(place.gene is not gene for place in gathered.rows)]
    none = f"; NONE IN {', '.join(silent)}: is the file whole?" if silent else ""
    return f"clinvar {date}: {len(gathered.rows)} alleles; {left_out}{none}"


def _gnomad(
    downloads: Downloads, made: Path, base: Path, resources: Resources, entries: dict[str, Resource]
) -> str:
    """Replace the rows of the given release; other releases stay, since a newer one goes before them."""
    release = downloads.gnomad_release
    kept = [row for row in read_rows(base, read_manifest(base), "gnomad") if row["release"] != release]
    rows = [tuple(row[column] for column in COLUMNS["gnomad"]) for row in kept]
    gathered = gnomad(resources, downloads.gnomad, release)
    rows += _in_order(gathered.rows)
    names = ", ".join(path.name for path in downloads.gnomad)
    releases = " + ".join(sorted({row[6] for row in rows}, reverse=True))
    comments = [
        f"gnomAD over the four genes; {release} from {names}; no restrictions on use.",
        f"release: {releases}.",
    ]
    write_rows(made / "gnomad.tsv", comments, COLUMNS["gnomad"], rows)
    entries["gnomad"] = entries["gnomad"].model_copy(
        update={
            "release": releases,
            "source": f"gnomAD, {names}",
            "date": downloads.date or entries["gnomad"].date,
        }
    )
    left_out = f"{gathered.left_out} left out (no allele left after filters, or no single allele)"
    return f"gnomad {release}: {len(gathered.rows)} alleles; {left_out}"


def _scores(downloads: Downloads, resources: Resources) -> dict[Place, dict[str, float]]:
    readers: dict[str, Callable[[Resources, Path], dict[Place, float]]] = {
        "revel": sources.revel,
        "alphamissense": sources.alphamissense,
        "spliceai": sources.spliceai,
    }
    found: dict[Place, dict[str, float]] = {}
    for name, read in readers.items():
        path: Path | None = getattr(downloads, name)
        if path is None:
            continue
        scores = read(resources, path)
        if not scores:
            raise refused(path, "holds no score in the four genes")
        for place, score in scores.items():
            found.setdefault(place, {})[name] = score
    return found


def _predictors(
    downloads: Downloads,
    made: Path,
    base: Path,
    scores: Mapping[Place, Mapping[str, float]],
    entries: dict[str, Resource],
) -> str:
    """Write the scores given, beside those of the other predictors that the directory has already."""
    given = {name: path for name in PREDICTORS if (path := getattr(downloads, name)) is not None}
    together: dict[Place, dict[str, str]] = {
        place: {name: f"{score:g}" for name, score in each.items()} for place, each in scores.items()
    }
    kept = set()
    for place, name, score in _scores_of(base):
        if name not in given:
            together.setdefault(place, {})[name] = score
            kept.add(name)
    before = entries.get("predictors")
    sources = [f"{name} from {path.name}" for name, path in given.items()]
    releases = [downloads.date or "not given"]
    if kept and before is not None:
        sources.append(f"{' and '.join(sorted(kept))} of an earlier update ({before.source})")
        releases += [before.release] if before.release not in releases else []
    source, release = "; ".join(sources), " + ".join(releases)
    comments = [f"Scores of alleles in the four genes; highest score of each allele. {source}."]
    rows = {place: [each.get(name, "") for name in PREDICTORS] for place, each in together.items()}
    write_rows(made / "predictors.tsv", comments, COLUMNS["predictors"], _in_order(rows))
    entries["predictors"] = Resource(
        file="predictors.tsv",
        release=release,
        date=release,
        licence=_LICENCE_OF_USER,
        source=source,
        sha256="",
    )
    beside = f"; {' and '.join(sorted(kept))} as before" if kept else ""
    return f"predictors: {len(scores)} alleles from {', '.join(path.name for path in given.values())}{beside}"


def _scores_of(base: Path) -> Iterator[tuple[Place, str, str]]:
    """Yield the scores that a directory holds: place, predictor, score as written."""
    manifest = read_manifest(base)
    for row in read_rows(base, manifest, "predictors") if "predictors" in manifest.resources else ():
        positions = int(row["pos_grch38"]), int(row["pos_grch37"])
        place = Place(Gene(row["gene"]), row["chrom"], *positions, row["ref"], row["alt"])
        yield from ((place, name, row[name]) for name in PREDICTORS if row[name])

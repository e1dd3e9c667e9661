"""Whether two patients of the cohort may be one person: hints from their genotypes.

All pairs are compared at once, as matrix products over common sites with the likelihood ratio and the block
rule of `interpretation/fingerprint.py`; those that come near are compared one by one by it. Among many
candidates chance matches are likelier, so a hint needs log10 of the number of files more than the decisive
likelihood ratio. Relatives cannot be told from strangers by the few independent stretches of four genes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log10

import numpy as np
import numpy.typing as npt

from als_screen.interpretation.fingerprint import Genotype, SiteKey, agreement, unpacked
from als_screen.interpretation.identity import (
    BLOCK,
    BLOCK_RANGE,
    DECISIVE_LOG10_LR,
    GENOTYPE_ERROR,
    Population,
    stranger_genotypes,
)
from als_screen.models import Fingerprint, Identity
from als_screen.regions import Build
from als_screen.reports.cohort.finding import CohortFinding
from als_screen.reports.cohort.rows import tsv
from als_screen.resources import Resources
from als_screen.states import IdentityState

Matrix = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

#: Sites that the comparison of all pairs uses, those that most files know.
MOST_SITES = 512
#: Files compared with all others in one product; it bounds the memory.
ROWS = 512
#: Pairs that are compared one by one, those with the best scores.
MOST_PAIRS = 20_000


@dataclass(frozen=True, slots=True)
class Hint:
    """Two patients whose files are alike.

    Attributes:
        one, other: ids of the patients, in the order of the sheet.
        sites: at which both files tell people apart.
        concordance: share of these at which the genotypes are the same.
        score: log10 likelihood ratio of one person against two.
        same_family: whether the sheet says that they are of one family.
    """

    one: str
    other: str
    sites: int
    concordance: float
    score: float
    same_family: bool


@dataclass(frozen=True, slots=True)
class Relatedness:
    """What the comparison of all pairs gave.

    Attributes:
        hints: the surest first.
        limit: log10 likelihood ratio that a duplicate needs.
        files: that were compared.
        telling: patients whose files hold enough sites to be recognised, were they there twice.
    """

    hints: tuple[Hint, ...] = ()
    limit: float = DECISIVE_LOG10_LR
    files: int = 0
    telling: int = 0


@dataclass(frozen=True, slots=True)
class _File:
    """The genotypes of one file; files with the same ones share a `kind`: small panels have many such."""

    patient: str
    family: str | None
    kind: int
    genotypes: Mapping[SiteKey, Genotype]


def relatedness(
    findings: Sequence[CohortFinding], populations: Mapping[Build, Population], resources: Resources
) -> Relatedness:
    """Compare every patient's files with those of all others.

    Args:
        findings: in the order of the sheet.
        populations: frequency of ALT, by build.
        resources: bundled reference.
    """
    files = list(_files(findings, resources))
    if not files:
        return Relatedness()
    limit = DECISIVE_LOG10_LR + log10(len(files))
    panel = _Panel(files, populations)
    most = {file.kind: panel.best(file) for file in {file.kind: file for file in files}.values()}
    hints: dict[tuple[str, str], Hint] = {}
    known: dict[tuple[int, int], Identity] = {}
    for one, other in panel.near(limit):
        kinds = files[one].kind, files[other].kind
        if kinds not in known:
            known[kinds] = agreement(files[one].genotypes, files[other].genotypes, populations)
        judged = known[kinds]
        if judged.log10_lr is not None and judged.log10_lr >= limit:
            hint = _duplicate(files[one], files[other], judged)
            hints.setdefault((hint.one, hint.other), hint)
    return Relatedness(
        hints=tuple(sorted(hints.values(), key=lambda hint: (-hint.score, hint.one, hint.other))),
        limit=limit,
        files=len(files),
        telling=len({file.patient for file in files if most[file.kind] >= limit}),
    )


#: Columns of `same_person.tsv`, in the order of `Hint`.
COLUMNS = ("patient", "other", "sites", "concordance", "log10_lr", "same_family")


def same_person_tsv(hints: Iterable[Hint]) -> str:
    """Return the hints as a table, one row a pair of patients."""
    return tsv(COLUMNS, (_cells(hint) for hint in hints))


def _cells(hint: Hint) -> tuple[str, ...]:
    family = "yes" if hint.same_family else "no"
    figures = str(hint.sites), f"{hint.concordance:.4f}", f"{hint.score:.2f}"
    return hint.one, hint.other, *figures, family


def _files(findings: Sequence[CohortFinding], resources: Resources) -> Iterator[_File]:
    """Yield the files: one of a patient whose files are known to be one person's, else each."""
    kinds: dict[str, tuple[int, Mapping[SiteKey, Genotype]]] = {}
    for finding in findings:
        both = finding.fingerprint
        found = [one for one in ((both.reads, both.vcf) if both else ()) if one and one.genotypes]
        if finding.identity.state is IdentityState.SAME:
            found = sorted(found, key=_length)[-1:]
        for one in found:
            packed = one.model_dump_json()
            if packed not in kinds:
                kinds[packed] = len(kinds), unpacked(one, resources)
            yield _File(finding.patient.patient, finding.patient.family, *kinds[packed])


def _length(fingerprint: Fingerprint) -> int:
    return sum(map(len, fingerprint.genotypes.values()))


def _duplicate(one: _File, other: _File, judged: Identity) -> Hint:
    return Hint(
        one=one.patient,
        other=other.patient,
        sites=judged.informative_sites,
        concordance=judged.concordance or 0.0,
        score=judged.log10_lr or 0.0,
        same_family=one.family is not None and one.family == other.family,
    )


class _Panel:
    """The genotypes of all files at the sites that most of them know, as matrices of files by sites."""

    def __init__(self, files: Sequence[_File], populations: Mapping[Build, Population]) -> None:
        self.files = files
        known = Counter(key for file in files for key in file.genotypes)
        often = sorted((key for key, count in known.items() if count > 1), key=lambda key: (-known[key], key))
        self.sites = sorted(often[:MOST_SITES])
        self.populations = populations
        self.copies = np.full((len(files), len(self.sites)), -1, dtype=np.int8)
        self.looked = np.zeros(self.copies.shape, dtype=np.bool_)
        place = {key: column for column, key in enumerate(self.sites)}
        for row, file in enumerate(files):
            for key, genotype in file.genotypes.items():
                if (column := place.get(key)) is not None:
                    self.copies[row, column] = genotype.copies
                    self.looked[row, column] = genotype.looked_at
        self.people = np.unique([file.patient for file in files], return_inverse=True)[1]

    def best(self, file: _File) -> float:
        """Return the log10 likelihood ratio of a file and itself: the most that it could reach."""
        blocks: defaultdict[tuple[str, int], float] = defaultdict(float)
        for key, genotype in file.genotypes.items():
            prior = self._prior(key)
            known = 1.0 if genotype.looked_at else prior[1] + prior[2]
            blocks[_block(key)] += _says(known / prior[genotype.copies])
        return sum(min(BLOCK_RANGE[1], value) for value in blocks.values())

    def near(self, limit: float) -> list[tuple[int, int]]:
        """Return pairs of files of different patients that may reach `limit`, the best first."""
        priors = (self._prior(key) for key in self.sites)
        agreeing = [[_says(1 / share) for share in prior] for prior in priors]
        weights = np.array(agreeing, dtype=np.float32).reshape(-1, 3)
        blocks = list(_columns(self.sites).values())
        best = np.empty((0, 3))
        for start in range(0, len(self.files), ROWS):
            rows = slice(start, start + ROWS)
            others = self._others(rows, start)
            scores = np.zeros(others.shape, dtype=np.float32)
            for block in blocks:
                scores += self._scores(rows, start, block, weights[block])
            one, other = np.nonzero(others & (scores >= limit))
            found = np.column_stack([-scores[one, other], start + one, start + other])
            best = np.vstack([best, found])
            best = best[np.lexsort(best.T[::-1])][:MOST_PAIRS]
        return [(int(one), int(other)) for _, one, other in best]

    def _prior(self, key: SiteKey) -> tuple[float, float, float]:
        """Return how often a stranger has 0, 1 and 2 copies."""
        return stranger_genotypes(self.populations[key.build](key.chrom, key.pos, key.ref, key.alt))

    def _scores(self, rows: slice, start: int, block: list[int], weights: Matrix) -> Matrix:
        """Return what one block of sites says of each pair, within the range of a block."""
        few, all_ = self.copies[rows][:, block], self.copies[start:][:, block]
        wrong = np.float32(log10(GENOTYPE_ERROR))
        scores = wrong * _product(few >= 0, all_ >= 0)
        for copies in range(3):
            mine, theirs = few == copies, all_ == copies
            scores += (mine * (weights[:, copies] - wrong)) @ theirs.T.astype(np.float32)
        least, most = BLOCK_RANGE
        return np.clip(scores, least, most, out=scores)

    def _others(self, rows: slice, start: int) -> Mask:
        """Return which pairs are of different patients, each pair once: the later file is the column."""
        people = self.people[start:]
        later = np.arange(len(people)) > np.arange(len(self.people[rows]))[:, None]
        different: Mask = people[None, :] != self.people[rows][:, None]
        return later & different


def _says(ratio: float) -> float:
    """Return what one agreeing site says, as log10; `ratio` as if genotypes were never wrong."""
    return log10((1 - GENOTYPE_ERROR) * ratio + GENOTYPE_ERROR)


def _product(one: Mask, other: Mask) -> Matrix:
    """Return at how many sites both are true, for each pair."""
    product: Matrix = one.astype(np.float32) @ other.T.astype(np.float32)
    return product


def _block(key: SiteKey) -> tuple[str, int]:
    return key.chrom, key.pos // BLOCK


def _columns(sites: Iterable[SiteKey]) -> dict[tuple[str, int], list[int]]:
    """Return the columns of each block."""
    found: dict[tuple[str, int], list[int]] = {}
    for column, key in enumerate(sites):
        found.setdefault(_block(key), []).append(column)
    return found

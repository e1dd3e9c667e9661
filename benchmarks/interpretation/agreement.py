"""Hold names and classes against the bundled records, and write the figures into docs/interpretation.md.

Run: `.venv/bin/python benchmarks/interpretation/agreement.py [--knowledge DIR] [--write]`. The classes are
from points alone: ClinVar sets none of them, and PS1 and PM5 never look at the record itself. With score
files (`--revel`, `--alphamissense`, `--spliceai`, as `als-screen update-knowledge` takes them) it prints what
they change instead.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from als_screen.interpretation.annotate import Annotator
from als_screen.interpretation.criteria.classify import class_of, classify
from als_screen.interpretation.criteria.facts import NO_SCORES, Facts
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE
from als_screen.interpretation.knowledge.records import ClinvarEntry, PredictorScores, Side
from als_screen.interpretation.knowledge.update import Downloads, update_knowledge
from als_screen.interpretation.naming.consequence import SplicePlace
from als_screen.regions import VARIANT_GENES, Build, Gene
from als_screen.states import Classification

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "interpretation.md"
NAMES = ROOT / "tests" / "data" / "names"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
PATHOGENIC = {Classification.PATHOGENIC, Classification.LIKELY_PATHOGENIC}
BENIGN = {Classification.BENIGN, Classification.LIKELY_BENIGN}


@dataclass(frozen=True, slots=True)
class Case:
    """One ClinVar record with the facts of its allele and the class from points alone."""

    gene: Gene
    entry: ClinvarEntry
    facts: Facts
    by_points: Classification


def cases(annotator: Annotator) -> list[Case]:
    """Return every ClinVar record of the three genes."""
    tables = annotator.knowledge.builds[Build.GRCH38]
    found = []
    for key, entry in tables.clinvar.items():
        gene = tables.genes[key]
        facts = annotator.describe(Build.GRCH38, gene, *key).facts
        if gene in VARIANT_GENES and facts is not None:
            found.append(Case(gene, entry, facts, by_points(annotator, facts)))
    return found


def by_points(annotator: Annotator, facts: Facts) -> Classification:
    """Return the class that the criteria alone give."""
    return class_of(classify(facts, annotator.policy).criteria, annotator.policy)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]


def side_counts(found: Iterable[Classification]) -> tuple[int, int, int]:
    """Return how many fall on the pathogenic side, stay uncertain, fall on the benign side."""
    counts = Counter("p" if one in PATHOGENIC else "b" if one in BENIGN else "u" for one in found)
    return counts["p"], counts["u"], counts["b"]


def agreement(found: Sequence[Case]) -> list[str]:
    """Return the agreement by gene, by what ClinVar says and by stars."""
    rows = []
    for gene in VARIANT_GENES:
        for side in (Side.PATHOGENIC, Side.UNCERTAIN, Side.CONFLICTING, Side.BENIGN):
            for low, high, label in ((2, 4, "2 or more"), (1, 1, "1"), (0, 0, "0")):
                chosen = [
                    case.by_points
                    for case in found
                    if case.gene is gene and case.entry.side is side and low <= case.entry.stars <= high
                ]
                if chosen:
                    rows.append((gene, side, label, len(chosen), *side_counts(chosen)))
    head = ("gene", "ClinVar", "stars", "records", "points: pathogenic side", "uncertain", "benign side")
    return table(head, rows)


def with_scores(annotator: Annotator, found: Sequence[Case]) -> list[str]:
    """Return what would follow if every missense variant of a row had one and the same REVEL score."""
    revel = annotator.policy.missense.predictors[0]
    steps = (revel.pathogenic.supporting, revel.pathogenic.moderate, revel.pathogenic.strong)
    scores = (None, *steps, revel.benign.supporting, revel.benign.moderate)
    rows = []
    for side, stars in ((Side.PATHOGENIC, 2), (Side.UNCERTAIN, 0), (Side.BENIGN, 0)):
        chosen = [case for case in found if case.entry.side is side and case.entry.stars >= stars]
        for score in scores:
            classes = [_rescored(annotator, case, revel=score) for case in chosen]
            label = "none" if score is None else f"REVEL {score:g}"
            rows.append((side, stars, label, len(classes), *side_counts(classes)))
    head = (
        "ClinVar",
        "stars from",
        "missense score",
        "records",
        "pathogenic side",
        "uncertain",
        "benign side",
    )
    return table(head, rows)


def _rescored(
    annotator: Annotator, case: Case, revel: float | None = None, spliceai: float | None = None
) -> Classification:
    """Return the class with scores supplied; the missense score is given to missense variants only."""
    scores = PredictorScores(revel=revel if case.facts.is_missense else None, spliceai=spliceai)
    return by_points(annotator, replace(case.facts, scores=scores))


def measured(annotator: Annotator, found: Sequence[Case]) -> list[str]:
    """Return the sides without and with the scores of the knowledge, by gene."""
    rows = []
    for side, stars in ((Side.PATHOGENIC, 2), (Side.BENIGN, 2), (Side.UNCERTAIN, 0), (Side.BENIGN, 0)):
        for genes in (*((gene,) for gene in VARIANT_GENES), VARIANT_GENES):
            chosen = [
                case
                for case in found
                if case.gene in genes and case.entry.side is side and case.entry.stars >= stars
            ]
            scored = sum(case.facts.scores != NO_SCORES for case in chosen)
            without = side_counts(_rescored(annotator, case) for case in chosen)
            cells = [
                f"{before} → {after}"
                for before, after in zip(without, side_counts(case.by_points for case in chosen), strict=True)
            ]
            name = genes[0] if len(genes) == 1 else "all"
            rows.append((side, stars, name, len(chosen), scored, *cells))
    head = (
        "ClinVar",
        "stars from",
        "gene",
        "records",
        "with a score",
        "pathogenic side",
        "uncertain",
        "benign side",
    )
    return table(head, rows)


#: Simulated REVEL scores: (score, share). Of variants that cause nothing, shares as among the rare missense
#: variants of a person (Stenton et al. 2024, doi 10.1101/2024.03.05.24303807: of 75.5 about 1 strong,
#: 4 moderate, 4 supporting, 45 benign, 18 between); of pathogenic ones, assumed.
HARMLESS = ((0.95, 0.013), (0.85, 0.055), (0.7, 0.055), (0.45, 0.25), (0.15, 0.627))
HARMFUL = ((0.95, 0.3), (0.85, 0.35), (0.7, 0.15), (0.45, 0.15), (0.15, 0.05))
DRAWS = 20


def simulated(annotator: Annotator, found: Sequence[Case]) -> list[str]:
    """Return the sides with simulated scores: mean of seeded draws, and the lowest and highest."""
    rows = []
    for side, stars, shares, label in (
        (Side.PATHOGENIC, 2, (HARMFUL,), "as pathogenic"),
        (Side.BENIGN, 2, (HARMLESS,), "as harmless"),
        (Side.UNCERTAIN, 0, (HARMLESS, HARMFUL), "half as harmless, half as pathogenic"),
        (Side.UNCERTAIN, 0, (HARMFUL,), "all as pathogenic"),
    ):
        chosen = [case for case in found if case.entry.side is side and case.entry.stars >= stars]
        counts = [_drawn(annotator, chosen, shares, seed) for seed in range(DRAWS)]
        cells = [f"{sum(each) / DRAWS:.1f} ({min(each)}-{max(each)})" for each in zip(*counts, strict=True)]
        rows.append((side, stars, label, len(chosen), *cells))
    head = ("ClinVar", "stars from", "scores drawn", "records", "pathogenic side", "uncertain", "benign side")
    return table(head, rows)


def _drawn(
    annotator: Annotator, chosen: Sequence[Case], shares: Sequence[tuple[tuple[float, float], ...]], seed: int
) -> tuple[int, int, int]:
    draw = random.Random(seed)
    classes = []
    for case in chosen:
        scores, weights = zip(*draw.choice(shares), strict=True)
        [revel] = draw.choices(scores, weights)
        away = case.facts.name.splice in {SplicePlace.FAR, SplicePlace.TRACT}
        classes.append(_rescored(annotator, case, revel, 0.0 if away else None))
    return side_counts(classes)


def names(annotator: Annotator) -> list[str]:
    """Return how many names agree with the source, in both builds, and every exception with its reason."""
    lines = []
    for name in ("clinvar.tsv", "published.tsv"):
        text = [line for line in (NAMES / name).read_text().splitlines() if not line.startswith("#")]
        rows = list(csv.DictReader(text, delimiter="\t"))
        odd = [row for row in rows if row["exception"]]
        lines.append(f"- `{name}`: {len(rows) - len(odd)} of {len(rows)} alleles agree in both builds.")
        groups: dict[tuple[str, str], list[str]] = {}
        for row in odd:
            groups.setdefault((row["exception"], row["gene"]), []).append(row["printed_c"])
        for (reason, gene), printed in sorted(groups.items()):
            lines.append(f"  - {gene}, {len(printed)}, {reason}: {', '.join(printed)}")
    return lines


def speed(annotator: Annotator) -> list[str]:
    """Return the CPU time of a unique allele, over every gnomAD allele."""
    tables = annotator.knowledge.builds[Build.GRCH37]
    start = time.process_time()
    for key in tables.populations:
        annotator.describe(Build.GRCH37, tables.genes[key], *key)
    spent = (time.process_time() - start) / len(tables.populations) * 1000
    return [
        f"Naming and classifying one of {len(tables.populations)} unique alleles took {spent:.1f} ms of CPU."
    ]


def summary(found: Sequence[Case]) -> list[str]:
    """Return the figures that the project holds itself to."""
    reviewed = [case for case in found if case.entry.stars >= 2]
    wrong = [
        case
        for case in reviewed
        if (case.entry.side is Side.PATHOGENIC and case.by_points in BENIGN)
        or (case.entry.side is Side.BENIGN and case.by_points in PATHOGENIC)
    ]
    uncertain = [case for case in found if case.entry.side is Side.UNCERTAIN]
    raised = [case for case in uncertain if case.by_points in PATHOGENIC]
    benign = [case for case in found if case.entry.side is Side.BENIGN and case.by_points in PATHOGENIC]
    right = [
        case
        for case in reviewed
        if (case.entry.side is Side.PATHOGENIC and case.by_points in PATHOGENIC)
        or (case.entry.side is Side.BENIGN and case.by_points in BENIGN)
    ]
    sided = [case for case in reviewed if case.entry.side in {Side.PATHOGENIC, Side.BENIGN}]
    named = ", ".join(str(case.facts.name.hgvs_c) for case in raised) or "none"
    return [
        f"- Reviewed records (two stars or more) on the wrong side: {len(wrong)} of {len(sided)}.",
        f"- On the right side: {len(right)} of {len(sided)}; the others stay uncertain.",
        f"- Uncertain records raised to likely pathogenic: {len(raised)} of {len(uncertain)} ({named}).",
        f"- Benign or likely benign records raised: {len(benign)}.",
    ]


def figures(annotator: Annotator) -> str:
    """Return the section of the document."""
    found = cases(annotator)
    release = annotator.versions()["clinvar"].release
    parts = [
        [f"ClinVar {release}, {len(found)} records; written by `benchmarks/interpretation/agreement.py`."],
        ["### Names"],
        names(annotator),
        ["### Classes from points alone"],
        summary(found),
        agreement(found),
        ["### With a missense score"],
        [
            "No score file is shipped. The rows show what would follow if *every* missense variant of",
            "the row had that one score: bounds of what a predictor can do, no result.",
        ],
        with_scores(annotator, found),
        [
            "Simulated (the shares of `HARMLESS` and `HARMFUL` in the script, SpliceAI 0 away from splice",
            f"sites): mean of {DRAWS} seeded draws, lowest and highest in brackets. Assumed, no result; what",
            "real scores did is [measured](#with-real-scores).",
        ],
        simulated(annotator, found),
        ["### Time"],
        speed(annotator),
    ]
    return "\n\n".join("\n".join(part) for part in parts)


def with_files(downloads: Downloads, base: Path) -> str:
    """Return what score files change, beside the knowledge of a directory."""
    with tempfile.TemporaryDirectory() as scratch:
        told = update_knowledge(downloads, Path(scratch) / "mine", base)
        annotator = Annotator.load(Path(scratch) / "mine")
    found = cases(annotator)
    return "\n".join([*told, "", *summary(found), "", *measured(annotator, found)])


def main() -> None:
    """Print the figures, or write them between their marks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knowledge", type=Path, default=BUNDLED_KNOWLEDGE)
    parser.add_argument("--write", action="store_true", help="write into docs/interpretation.md")
    for name in ("--revel", "--alphamissense", "--spliceai"):
        parser.add_argument(name, type=Path, help="score file: print what it changes")
    arguments = parser.parse_args()
    scores = Downloads(
        revel=arguments.revel, alphamissense=arguments.alphamissense, spliceai=arguments.spliceai
    )
    if scores != Downloads():
        print(with_files(scores, arguments.knowledge))
        return
    text = figures(Annotator.load(arguments.knowledge))
    if not arguments.write:
        print(text)
        return
    document = DOCUMENT.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    DOCUMENT.write_text(pattern.sub(lambda _: f"{BEGIN}\n{text}\n{END}", document), encoding="utf-8")


if __name__ == "__main__":
    main()

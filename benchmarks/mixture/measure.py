"""What is noticed when a second person's reads are mixed in, or VCF and reads are of two persons.

Run: `.venv/bin/python benchmarks/mixture/measure.py [--pairs 20] [--sites 100]`. The first person carries
nothing; the second carries SOD1 p.Ala5Val and 400 units of C9orf72. Each is sequenced at 30x; the VCF is the
first one's; `--sites` SNVs outside the genes are named in `identity.sites`. Prints one line for each share of
foreign reads: how many pairs had each answer.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from als_screen import stages
from als_screen.config import load_settings
from als_screen.inputs.sites import Site
from als_screen.interpretation.interpret import Interpreter, PatientEvidence
from als_screen.models import Report
from als_screen.patient import Patient
from als_screen.regions import Build
from als_screen.resources import bundled
from als_screen.simulate.bam import Sample, write_bam
from als_screen.simulate.calls import carried_calls
from als_screen.simulate.common import draw_common
from als_screen.simulate.demo_people import SOD1_A5V
from als_screen.simulate.haplotype import Carried, Person
from als_screen.simulate.pairs import Read
from als_screen.simulate.panel import draw_panel, panel_reads, panel_sites, panel_table
from als_screen.simulate.reads import contaminated, sequence_person, sort_reads
from als_screen.simulate.settings import Sequencing, random_for
from als_screen.simulate.vcf import write_vcf

BUILD = Build.GRCH38
SHARES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
A5V = "NM_000454.5:c.14C>T"


def people(number: int) -> tuple[Person, Person]:
    """Return the patient, and whose reads are mixed in."""
    first, second = (draw_common(random_for(number, name, "common"), BUILD) for name in ("first", "second"))
    planted = Carried(SOD1_A5V.on(BUILD), (1, 0))
    return Person(BUILD, tuple(first), (2, 8)), Person(BUILD, (*second, planted), (2, 400))


def reads_of(pair: tuple[Person, Person], share: float, sites: Sequence[Site], number: int) -> list[Read]:
    """Return the reads over the genes and `sites`, of which `share` are the other's."""
    settings = Sequencing()
    if share in (0.0, 1.0):
        reads = sequence_person(pair[int(share)], settings, f"{number}:{share}")
    else:
        reads = contaminated(pair, share, settings, f"{number}:{share}")
    for name, part in (("first", 1 - share), ("second", share)):
        rng = random_for(number, name, "panel")
        reads += panel_reads(rng, draw_panel(rng, sites), settings.depth * part, name)
    return sort_reads(reads, BUILD)


def screened(folder: Path, number: int, share: float, sites: Sequence[Site]) -> Report:
    """Screen a patient of whose reads `share` are the other's."""
    pair, sample = people(number), Sample("P", BUILD)
    own = sequence_person(pair[0], Sequencing(), f"{number}")
    write_vcf(folder / "P.vcf.gz", {"P": carried_calls(pair[0], own)}, sample)
    write_bam(folder / "P.bam", reads_of(pair, share, sites, number), sample)
    named = folder / "sites.tsv" if sites else None
    if named:
        named.write_text(panel_table(sites, BUILD), encoding="ascii")
    rows = [Patient(patient="P", vcf=(folder / "P.vcf.gz",), reads=folder / "P.bam")]
    known, chosen = bundled(), load_settings({"identity": {"sites": str(named)}} if named else {})
    checks = stages.check_inputs("b", rows, "auto", None).patients
    variants = stages.screen_variants(rows, checks, known, None, folder / "vcf", sites=named)
    repeat, _ = stages.screen_repeat(rows, checks, known, None, folder / "repeat")
    coverage, _ = stages.screen_coverage(rows, checks, variants, known, None, sites=named)
    evidence = PatientEvidence(checks[0], variants[0], repeat[0], coverage[0])
    return Interpreter(chosen, known).report(rows[0], evidence)


def answers(report: Report) -> dict[str, str]:
    """Return what a reader sees."""
    known = {one.variant: str(one.state) for one in report.recheck}
    return {
        "result": str(report.conclusion.result),
        "identity": str(report.identity.state),
        "second person": str(report.contamination.state),
        "repeat": str(report.repeat.state),
        "A5V in the reads": known.get(A5V, "absent"),
    }


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--sites", type=int, default=0)
    given = parser.parse_args()
    pairs, sites = given.pairs, panel_sites(given.sites)
    for share in SHARES:
        found: Counter[tuple[str, str]] = Counter()
        for number in range(pairs):
            with tempfile.TemporaryDirectory() as folder:
                found.update(answers(screened(Path(folder), number, share, sites)).items())
        told = "; ".join(f"{name} {state} {count}" for (name, state), count in sorted(found.items()))
        print(f"{share:.0%} of {pairs}: {told}", flush=True)


if __name__ == "__main__":
    main()

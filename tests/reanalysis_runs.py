"""Small finished runs of patients with a VCF each, interpreted for real, and ClinVar releases for them."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from als_screen.config import Settings
from als_screen.essence import parts
from als_screen.evidence import (
    Allele,
    BatchCheck,
    CoverageEvidence,
    PatientCheck,
    RepeatEvidence,
    State,
    VariantEvidence,
    VariantSource,
    VcfCheck,
    Zygosity,
)
from als_screen.files import lines_by_patient, write_jsonl, write_text
from als_screen.interpretation.basis import Basis, PatientBasis, basis_beside
from als_screen.interpretation.interpret import Interpreter, PatientEvidence
from als_screen.interpretation.knowledge.files import COLUMNS, read_manifest, write_manifest, write_rows
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE
from als_screen.models import Report
from als_screen.patient import Patient
from als_screen.reanalysis.archive import keep
from als_screen.regions import Build, Gene
from als_screen.resources import bundled

NAME = "NM_004960.4:c.823C>T"
#: FUS p.His275Tyr; without ClinVar its criteria say uncertain.
H275Y = ("16", 31_188_348, "C", "T")
TWO_STARS = "criteria provided, multiple submitters, no conflicts"

#: What one release says of the allele: significance and stars; None: no record.
Said = tuple[str, int] | None


Place = tuple[str, int, str, str]


def release(folder: Path, date: str, said: Said, others: Mapping[Place, Said] = MappingProxyType({})) -> Path:
    """Write a knowledge directory that is the bundled one but for the ClinVar records of some alleles.

    Every record is seen in this release, as `als-screen update-knowledge` writes it. `said` is of `H275Y`,
    `others` of other alleles by chromosome, position on GRCh38, REF and ALT.
    """
    shutil.copytree(BUNDLED_KNOWLEDGE, folder)
    text = (folder / "clinvar.tsv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader((line for line in text if not line.startswith("#")), delimiter="\t"))
    known = {_place(row): row for row in rows}
    for place, one in {H275Y: said, **others}.items():
        row = known.pop(place, None) or _new_row(rows, place)
        if one is not None:
            known[place] = {**row, "significance": one[0], "stars": str(one[1]), "review_status": TWO_STARS}
    columns = COLUMNS["clinvar"]
    dated = ({**row, "seen": date, "evaluated": ""} for row in known.values())
    write_rows(folder / "clinvar.tsv", [], columns, [[row[name] for name in columns] for row in dated])
    entries = dict(read_manifest(folder).resources)
    entries["clinvar"] = entries["clinvar"].model_copy(update={"release": date})
    write_manifest(folder, entries)
    return folder


def _place(row: Mapping[str, str]) -> Place:
    return row["chrom"], int(row["pos_grch38"]), row["ref"], row["alt"]


def _new_row(rows: list[dict[str, str]], place: Place) -> dict[str, str]:
    """Return a record of an allele that has none, with its position as number."""
    chrom, pos, ref, alt = place
    near = next(row for row in rows if row["chrom"] == chrom)
    moved = pos - int(near["pos_grch38"]) + int(near["pos_grch37"])
    where = {"pos_grch38": str(pos), "pos_grch37": str(moved), "ref": ref, "alt": alt}
    return {**near, **where, "variation_id": str(pos)}


def evidence(patient: str, *alleles: tuple[str, int, str, str]) -> PatientEvidence:
    """Return the evidence of a patient with a VCF that has some heterozygous alleles and nothing else."""
    vcf = VcfCheck(
        path=f"/data/{patient}.vcf.gz",
        contigs={name: f"chr{name}" for name in ("1", "9", "16", "21")},
        sample=patient,
        samples=1,
        indexed=True,
        gvcf=False,
    )
    genes = {"1": Gene.TARDBP, "16": Gene.FUS, "21": Gene.SOD1}
    found = [
        Allele(
            gene=genes[chrom],
            chrom=chrom,
            pos=pos,
            ref=ref,
            alt=alt,
            zygosity=Zygosity.HETEROZYGOUS,
            genotype="0/1",
            allele_index=1,
        )
        for chrom, pos, ref, alt in alleles
    ]
    none: dict[str, Any] = {"patient": patient, "state": State.NOT_ASSESSED, "reason": "no reads were given"}
    return PatientEvidence(
        PatientCheck(patient=patient, build=Build.GRCH38, vcf=(vcf,)),
        VariantEvidence(
            patient=patient,
            state=State.ASSESSED,
            source=VariantSource.VCF,
            build=Build.GRCH38,
            alleles=tuple(found),
        ),
        RepeatEvidence(**none),
        CoverageEvidence(**none),
    )


@cache
def interpreter(knowledge: Path, settings: str = "{}") -> Interpreter:
    """Return the interpreter of a knowledge directory; `settings`: JSON of sections that differ."""
    sections = {"samples": "samples.tsv", **json.loads(settings), "knowledge": knowledge}
    return Interpreter(Settings.model_validate(sections), bundled())


def run(
    folder: Path,
    knowledge: Path,
    people: Mapping[str, PatientEvidence],
    settings: str = "{}",
    rows: Mapping[str, Patient] = MappingProxyType({}),
) -> Path:
    """Write a finished run: checks, evidence, findings, the kept knowledge, and how it ended.

    `rows`: of the sheet, of whom more than the id is known.
    """
    reports = [
        interpreter(knowledge, settings).report(rows.get(one, Patient(one)), found)
        for one, found in people.items()
    ]
    write_run(folder, people, reports)
    keep(folder / "results", bundled().root, knowledge, interpreter(knowledge, settings).settings.local)
    return folder


def write_run(folder: Path, people: Mapping[str, PatientEvidence], reports: list[Report]) -> None:
    """Write checks, evidence and findings of one slice, and that the run has finished; no run.json."""
    results = folder / "results"
    found = list(people.values())
    checks = BatchCheck(batch="b.0001", patients=tuple(one.check for one in found))
    write_text(results / "checks" / "b.0001.json", checks.model_dump_json())
    for name in ("variants", "repeat", "coverage"):
        path = results / "evidence" / "b.0001" / f"{name}.jsonl"
        write_jsonl(path, [getattr(one, name) for one in found])
    write_jsonl(results / "findings" / "b.0001.jsonl", reports)
    write_text(results / "complete.json", "{}")


def keep_bases(folder: Path) -> None:
    """Write beside the findings of a run what each result says, as a run keeps it."""
    for path in (folder / "results" / "findings").glob("*.jsonl"):
        patients = tuple(
            PatientBasis(
                patient=one,
                inputs="",
                line=sha256(line).hexdigest(),
                essence=parts(line).essence,
                asked=(),
                matches=False,
            )
            for one, line in lines_by_patient(path).items()
        )
        basis = Basis(fixed="", known="", background={}, alleles=(), patients=patients)
        write_text(basis_beside(path), basis.model_dump_json())

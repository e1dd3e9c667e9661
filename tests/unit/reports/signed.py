"""Signed reports of people whose genotypes are known."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from als_screen.interpretation.knowledge.files import read_manifest, read_rows
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE
from als_screen.models import Fingerprint, Fingerprints, Report
from als_screen.regions import Build
from als_screen.reports.archive import AUTHORISATION, FINGERPRINT, SignedReport, newest_signed
from als_screen.reports.json_report import report_json
from unit.reports.samples import SIGNATURE


def sites(codes: str) -> dict[str, str]:
    """Return one genotype in each gene region, at SNVs of which most people carry none."""
    rows = read_rows(BUNDLED_KNOWLEDGE, read_manifest(BUNDLED_KNOWLEDGE), "gnomad")
    snvs = {
        row["chrom"]: f"{row['pos_grch38']}{row['ref']}{row['alt']}"
        for row in rows
        if len(row["ref"]) == len(row["alt"]) == 1 and 0.01 < float(row["af"]) < 0.1
    }
    return {chrom: f"{snvs[chrom]}{code}" for chrom, code in zip(sorted(snvs), codes, strict=True)}


PERSON, STRANGER = sites("2112"), sites("0000")


def of(report: Report, genotypes: dict[str, str] | None) -> Report:
    """Return a finding of a person with these genotypes; None: with none at all."""
    if genotypes is None:
        return report.model_copy(update={"fingerprint": None})
    reads = Fingerprint(build=Build.GRCH38, genotypes=genotypes)
    return report.model_copy(update={"fingerprint": Fingerprints(vcf=None, reads=reads)})


def keep(archive: Path, report: Report) -> SignedReport:
    """Keep a signed report as `authorise` does, and return it as it is found again."""
    who = report.patient.patient
    folder = archive / who / "0001"
    folder.mkdir(parents=True)
    texts = {"report.json": report_json(report)}
    internal = {FINGERPRINT: report.fingerprint.model_dump_json()} if report.fingerprint else {}
    for name, text in (texts | internal).items():
        (folder / name).write_text(text, encoding="utf-8")
    sums = [
        {name: sha256(text.encode()).hexdigest() for name, text in one.items()} for one in (texts, internal)
    ]
    record = SIGNATURE.model_copy(update={"patient": who, "files": sums[0], "internal": sums[1]})
    (folder / AUTHORISATION).write_text(record.model_dump_json(), encoding="utf-8")
    found = newest_signed(archive, who)
    assert found is not None
    return found

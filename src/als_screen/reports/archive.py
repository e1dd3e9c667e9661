"""The signed reports of a patient, `results/authorised/{patient}/{number}/`; no rule owns them.

Every signature has its own folder and none is ever changed, so superseded reports are kept. Beside the
files of the report lie the signature, and the genotypes by which the person is known again; these are given
to nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from als_screen.errors import AlsScreenError
from als_screen.files import checksum
from als_screen.models import Fingerprints, Report
from als_screen.reports.standing import Authorisation

AUTHORISATION, FINGERPRINT = "authorisation.json", "fingerprint.json"
RecordT = TypeVar("RecordT", Report, Authorisation, Fingerprints)


@dataclass(frozen=True, slots=True)
class SignedReport:
    """A signed report: the signature, and the folder with its files."""

    authorisation: Authorisation
    folder: Path

    def report(self) -> Report:
        """Return the finding that was signed."""
        return _read(Report, self.folder / "report.json")

    def fingerprint(self) -> Fingerprints | None:
        """Return the genotypes of the files that were signed for; None where none are kept."""
        _refuse_altered(self.folder, self.authorisation.internal)
        kept = FINGERPRINT in self.authorisation.internal
        return _read(Fingerprints, self.folder / FINGERPRINT) if kept else None

    def contents(self) -> dict[str, bytes]:
        """Return the files of the final report by name; raise `AlsScreenError` where one was altered."""
        _refuse_altered(self.folder, self.authorisation.files)
        return {name: (self.folder / name).read_bytes() for name in self.authorisation.files}


def _refuse_altered(folder: Path, signed: Mapping[str, str]) -> None:
    for name, digest in signed.items():
        path = folder / name
        if not path.is_file() or checksum(path) != digest:
            raise AlsScreenError(f"{path}: not the file that was signed; restore it from a backup")


def newest_signed(archive: Path, patient: str) -> SignedReport | None:
    """Return the newest signed report of a patient, None where there is none."""
    folders = sorted(path.parent for path in (archive / patient).glob(f"[0-9]*/{AUTHORISATION}"))
    if not folders:
        return None
    return SignedReport(_read(Authorisation, folders[-1] / AUTHORISATION), folders[-1])


def altered_files(archive: Path) -> Iterator[tuple[Path, str]]:
    """Yield every file of the signed reports that is not as it was signed, and what is wrong with it."""
    for folder in sorted(path for path in archive.glob("*/*") if path.is_dir() and path.name.isdigit()):
        record = folder / AUTHORISATION
        try:
            found = _read(Authorisation, record)
        except AlsScreenError:
            yield record, "is damaged" if record.is_file() else "is missing"
            continue
        signed = found.files | found.internal
        there = {path.name for path in folder.iterdir()}
        for name in sorted((there | set(signed)) - {AUTHORISATION}):
            if name not in signed:
                yield folder / name, "is not of the report that was signed"
            elif not (folder / name).is_file():
                yield folder / name, "is missing"
            elif checksum(folder / name) != signed[name]:
                yield folder / name, "is not what was signed"


def _read(kind: type[RecordT], path: Path) -> RecordT:
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise AlsScreenError(f"{path}: not what authorise wrote ({error})") from error

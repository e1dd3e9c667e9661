"""Which files a result rests on besides the knowledge: name, version and checksum of each."""

from __future__ import annotations

from pathlib import Path

from als_screen.files import checksum
from als_screen.models import ResourceVersion
from als_screen.repeat.locus import load_policies

#: The file of `identity.sites` among the resources.
IDENTITY_SITES = "identity_sites"


def sites_version(path: Path) -> dict[str, ResourceVersion]:
    """Return name and checksum of the file of `identity.sites`."""
    return {IDENTITY_SITES: ResourceVersion(release=path.name, sha256=checksum(path))}


def bundled_versions(root: Path) -> dict[str, ResourceVersion]:
    """Return name, version and checksum of what is bundled besides the knowledge."""
    files = {
        "repeat_locus": ("see resources/README.md", "repeat/locus.json"),
        "repeat_policies": (load_policies(root).version, "repeat/policies.json"),
        "transcripts": ("MANE Select (SOD1, TARDBP, FUS); see resources/README.md", "transcripts.json"),
        "reference_GRCh37": ("LRG", "reference/GRCh37.fa"),
        "reference_GRCh38": ("LRG", "reference/GRCh38.fa"),
        "wording": ("2", "wording/conclusion.json"),
    }
    return {
        name: ResourceVersion(release=release, sha256=checksum(root / path))
        for name, (release, path) in files.items()
    }

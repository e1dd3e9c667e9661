"""The configuration: one closed schema, defaults included, every problem told at once.

`config/config.yaml` of the checkout is the base; the user's `--configfile` and `--config` are merged deeply
over it. A relative path is relative to the working directory, except in the shipped file, where it is
relative to that file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from als_screen.errors import InputError, Problem
from als_screen.files import why_not_read, why_not_there
from als_screen.regions import Build

#: A configuration is never larger; aliases can make millions of values of a few lines.
MAX_BYTES, MAX_VALUES = 1 << 20, 100_000
#: `config/config.yaml` of the checkout.
DEFAULT_CONFIG = Path(__file__).resolve().parents[2] / "config" / "config.yaml"


def _plain(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("a path cannot hold a NUL character")
    return path


FilePath = Annotated[Path, AfterValidator(_plain)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class ReferenceSettings(_Section):
    """The genome."""

    build: Literal["auto", "GRCh37", "GRCh38"] = Field(
        "auto", description="Genome build; `auto` finds it for each patient from the contig lengths."
    )
    fasta: FilePath | None = Field(
        None, description="Genome FASTA with .fai beside it; needed for CRAM without embedded reference only."
    )

    @property
    def known_build(self) -> Build | None:
        """The build that is configured; None where each patient's is found."""
        return None if self.build == "auto" else Build(self.build)


class RepeatSettings(_Section):
    """How C9orf72 sizes become states."""

    policy: str = Field(
        "strchive-2026-06", description="Name of the repeat policy in `resources/repeat/policies.json`."
    )
    prior: Literal["diagnostic", "population"] = Field(
        "diagnostic", description="Which of the policy's priors: patients tested for disease, or anyone."
    )


class CoverageSettings(_Section):
    """What counts as looked at."""

    min_depth: int = Field(10, ge=1, le=1000, description="Fragments a base needs to be callable.")
    splice_bases: int = Field(
        8, ge=2, le=50, description="Bases of intron beside each coding exon that are reportable."
    )


class IdentitySettings(_Section):
    """Whether VCF and reads are one person's."""

    min_sites: int = Field(3, ge=1, le=1000, description="Informative sites needed to say same or different.")
    sites: FilePath | None = Field(
        None,
        description="Common SNVs (TSV, VCF, BCF) besides the genes, to tell persons apart and mixed samples.",
    )


class LocalSettings(_Section):
    """The laboratory's own tables and policy; their columns are in `docs/interpretation.md`."""

    criteria: FilePath | None = Field(
        None, description="TSV of criteria that a person supplies for single variants (PS3, PP1, ...)."
    )
    classes: FilePath | None = Field(
        None, description="TSV of the laboratory's own classifications; they go before all others."
    )
    frequencies: FilePath | None = Field(
        None, description="TSV of allele counts in the laboratory's people without the disease."
    )
    policy: FilePath | None = Field(
        None, description="ACMG/AMP policy of the laboratory; empty: `resources/policies/acmg.json`."
    )

    def files(self) -> list[Path]:
        """Return the files that are named."""
        return [path for path in (self.criteria, self.classes, self.frequencies, self.policy) if path]


class ReportSettingsConfig(_Section):
    """What the clinic's documents look like."""

    language: Literal["en", "nl", "fr"] = Field(
        "en", description="Language of the reports and of the cohort's page."
    )
    pdf: bool = Field(True, description="Write report.pdf beside report.html.")
    clinic: FilePath | None = Field(
        None, description="YAML file with the laboratory's block, signatories and texts."
    )


class Study(_Section):
    """An open study or a gene-directed treatment that the clinic itself lists; printed as the clinic's own.

    `result` is the state of the gene in the report; `text` is one for all languages, or one for each.
    """

    gene: Literal["C9orf72", "SOD1", "TARDBP", "FUS"]
    result: Literal["positive", "uncertain", "not_found", "incomplete", "not_assessed"]
    text: Annotated[str, Field(min_length=1, max_length=1000)] | dict[Literal["en", "nl", "fr"], str]
    link: str | None = Field(None, pattern=r"^https?://[^\s<>\"']+$", max_length=500)


class ResearchSettings(_Section):
    """The de-identified export of the patients who consented to research."""

    key: FilePath | None = Field(
        None,
        description="File with the laboratory's secret for pseudonyms (32 bytes or more); empty: no export.",
    )


class LimitSettings(_Section):
    """What one patient may take in one step; over it, only that patient fails, with the reason."""

    seconds: float | None = Field(
        900, ge=1, description="Wall time of one patient in one evidence step, in seconds; null: no limit."
    )
    memory_mb: int | None = Field(
        4000, ge=200, description="Data memory of one patient in one evidence step, in MB; null: no limit."
    )


class Settings(_Section):
    """Everything a run can be told; see `config/README.md`."""

    samples: FilePath = Field(description="The sample sheet (TSV, one row a patient).")
    batch_size: int = Field(50, ge=1, le=1000, description="Patients in one job.")
    limits: LimitSettings = LimitSettings()
    reference: ReferenceSettings = ReferenceSettings()
    repeat: RepeatSettings = RepeatSettings()
    coverage: CoverageSettings = CoverageSettings()
    identity: IdentitySettings = IdentitySettings()
    knowledge: FilePath | None = Field(
        None, description="Directory of knowledge files; empty: the bundled `resources/knowledge`."
    )
    local: LocalSettings = LocalSettings()
    confirmations: FilePath | None = Field(
        None,
        description="TSV file of what other methods showed: "
        "patient, finding, method, result, size, date, by.",
    )
    report: ReportSettingsConfig = ReportSettingsConfig()
    studies: tuple[Study, ...] = Field(
        (), description="The clinic's own studies and treatments; each: `gene`, `result`, `text`, `link`."
    )
    previous: FilePath | None = Field(
        None, description="Directory of an earlier run to compare with; empty: no comparison."
    )
    history: FilePath | None = Field(
        None,
        description="SQLite file with the results of all runs; empty: in `results/reanalysis`, carried on "
        "from the earlier run's.",
    )
    research: ResearchSettings = ResearchSettings()
    allow_predictive: bool = Field(
        False, description="Write reports of people with `diagnosis: unaffected` too."
    )
    permissions: Literal["private", "group"] = Field(
        "private", description="Who may read what a run writes: only its owner, or the owner's group too."
    )
    tolerate_failures: bool = Field(
        False, description="End with success although patients could not (wholly) be analysed."
    )


#: Characters of a wrong value that are printed.
MAX_SHOWN = 120
#: Keys (dotted) that hold paths.
PATH_KEYS = (
    *("samples", "reference.fasta", "identity.sites", "knowledge", "confirmations", "previous", "history"),
    *(
        "report.clinic",
        "local.criteria",
        "local.classes",
        "local.frequencies",
        "local.policy",
        "research.key",
    ),
)


#: Settings that interpretation depends on, and prints; what a file of them holds is told by its checksum.
INTERPRETATION_SETTINGS: Any = {"repeat": True, "coverage": True, "identity": {"min_sites"}}


def load_settings(user: dict[str, Any], default: Path = DEFAULT_CONFIG, cwd: Path | None = None) -> Settings:
    """Merge `user` over the shipped configuration and check it; raise `InputError` with every problem."""
    try:
        return Settings.model_validate(merged_config(user, default, cwd))
    except ValidationError as error:
        raise InputError([_problem(item) for item in error.errors()]) from error


def usable_settings(user: dict[str, Any], default: Path = DEFAULT_CONFIG) -> Settings | None:
    """Return the settings without the keys that are wrong, None where no sheet is left."""
    merged = merged_config(user, default)
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        for item in error.errors():
            _drop(merged, [str(part) for part in item["loc"]])
    try:
        return Settings.model_validate(merged)
    except ValidationError:
        return None


def _drop(config: dict[str, Any], keys: list[str]) -> None:
    """Remove the value at a path of keys, as deep as the configuration is a mapping."""
    head, *rest = keys
    inner = config.get(head)
    if rest and isinstance(inner, dict):
        config[head] = dict(inner)
        _drop(config[head], rest)
    else:
        config.pop(head, None)


def merged_config(
    user: dict[str, Any], default: Path = DEFAULT_CONFIG, cwd: Path | None = None
) -> dict[str, Any]:
    """Return `user` merged over the shipped configuration, with absolute paths, not checked yet."""
    base = _absolute(read_yaml(default), default.parent)
    return merged(base, _absolute(user, cwd or Path.cwd()))


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file; raise `InputError` where it is not one."""
    import yaml  # jobs are given JSON and need none

    action = "give a YAML file of key: value pairs, like config/config.yaml"
    why = why_not_there(path) or why_not_read(path, MAX_BYTES)
    if why:  # a pipe would block, and Snakemake reads the file again
        raise InputError([Problem("", str(path), f"the configuration {why}", action)])
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        _measure(data)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:  # ValueError: no UTF-8, no date
        why = " ".join(str(error).split())
        raise InputError(
            [Problem("", str(path), f"the configuration cannot be read: {why}", action)]
        ) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise InputError([Problem("", str(path), "the configuration is not a mapping", action)])
    return data


def _measure(data: object) -> None:
    """Raise `ValueError` where aliases unfold a few lines to millions of values, or into themselves."""
    left, size = [data], 0
    while left:
        value = left.pop()
        size += 1
        if size > MAX_VALUES:
            raise ValueError(f"it holds more than {MAX_VALUES} values")
        if isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)


def settings_json(settings: Settings) -> str:
    """Return the settings as canonical JSON, for provenance."""
    return json.dumps(settings.model_dump(mode="json"), sort_keys=True)


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping with another over it; mappings within are merged too."""
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _absolute(config: dict[str, Any], base: Path) -> dict[str, Any]:
    """Return a copy with the relative paths of `PATH_KEYS` made absolute against `base`."""
    result = dict(config)
    for dotted in PATH_KEYS:
        head, _, rest = dotted.partition(".")
        value = result.get(head)
        if rest and isinstance(value, dict) and isinstance(value.get(rest), str):
            result[head] = {**value, rest: _absolute_path(value[rest], base)}
        elif not rest and isinstance(value, str):
            result[head] = _absolute_path(value, base)
    return result


def _absolute_path(value: str, base: Path) -> str | None:
    """Return None for an empty text: it names nothing, while `Path("")` would be the working directory."""
    return str(base / value) if value else None


def _problem(item: ErrorDetails) -> Problem:
    key = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        return Problem(
            "", f"config: {key}", "unknown key", "remove it, or see config/README.md for the names"
        )
    shown = "" if item["type"] == "missing" else f", got {item['input']!r}"[:MAX_SHOWN]
    return Problem("", f"config: {key}", f"{item['msg']}{shown}", "see config/README.md for the values")

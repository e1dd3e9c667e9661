"""What two results of one patient print differently though no class, state or answer differs. Pure functions.

A report prints more than answers: zygosity, sizes, read support, criteria, records, coverage. Where one of
these differs, the report differs, and a reanalysis says so, in one row a subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from als_screen.models import (
    Criterion,
    Frequency,
    GeneCoverage,
    Recheck,
    RepeatAllele,
    Report,
    StructuralFinding,
    Variant,
)
from als_screen.reanalysis.compare import CONCLUSION, REPEAT, Change, Kind, paired
from als_screen.regions import Gene
from als_screen.states import RecheckState

#: Names of alleles that are listed in a text; the others are counted.
_NAMED = 3
#: Fields of a variant that its class follows from, so that a change of class says them already.
_OF_CLASS = ("clinvar", "points", "basis", "conflict", "known", "inheritance", "not_reported_reason")
_CRITERION = "criterion "
#: Fields of a variant that are where it lies or what is compared elsewhere.
_APART = {
    *("gene", "chrom", "pos", "ref", "alt", "reported"),
    *("classification", "clinvar", "frequency", "read_support", "inheritance", "zygosity"),
}
#: What is printed of an allele that is not reported, beside its class.
_IN_SHORT = ("zygosity", "filter", "hgvs_c", "hgvs_g", "hgvs_p", "not_reported_reason")
#: Fields of the person that a report prints, of those that a finding has.
_PERSON = ("sex", "diagnosis", "family_history", "age_at_onset", "library")
#: Stands for every subject: what follows from whatever else has changed.
_ANY = "*"

#: What a result says of a subject, by what it is.
Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One printed fact that is not the same.

    Attributes:
        subject, gene: as of a `Change`.
        fact: what it is.
        before, after: how it is said.
        reportable: the subject is in the clinic's report.
        follows: subjects whose own change says it already.
    """

    subject: str
    gene: Gene | None
    fact: str
    before: str
    after: str
    reportable: bool = True
    follows: tuple[str, ...] = ()


def detail_changes(old: Report, new: Report, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return one change a subject for what is printed differently and no other change says.

    `changes` are what `compare_reports` finds between them.
    """
    said = {change.subject for change in changes}
    every = differences(old, new)
    left = [one for one in every if _ANY not in one.follows and not said.intersection(one.follows)]
    if not left and not changes:
        left = every
    subjects = dict.fromkeys(one.subject for one in left)
    return tuple(_change([one for one in left if one.subject == subject]) for subject in subjects)


def differences(old: Report, new: Report) -> list[Difference]:
    """Return every printed fact that differs, of findings that both have, the repeat and the whole."""
    return [*_findings(old, new), *_repeat(old, new), *_whole(old, new)]


def _change(found: Sequence[Difference]) -> Change:
    first = found[0]
    return Change(
        kind=Kind.DETAILS_CHANGED,
        subject=first.subject,
        gene=first.gene,
        before="; ".join(one.before for one in found),
        after="; ".join(one.after for one in found),
        reportable=any(one.reportable for one in found),
        facts=tuple(one.fact for one in found),
    )


def _differing(before: Facts, after: Facts) -> Iterator[tuple[str, str, str]]:
    for fact in dict.fromkeys((*before, *after)):
        one, other = (side.get(fact, f"{_words(fact)} none") for side in (before, after))
        if one != other:
            yield fact, one, other


def _findings(old: Report, new: Report) -> Iterator[Difference]:
    one_build = old.genome_build is new.genome_build
    for one, other in paired(old, new):
        if one is None or other is None or type(one.record) is not type(other.record):
            continue
        if one.record == other.record:  # nearly always
            continue
        name, reported = max(one.name, other.name), one.reported or other.reported
        before, after = (_of_finding(each.record, reported, one_build) for each in (one, other))
        for fact, first, last in _differing(before, after):
            of_class = fact in _OF_CLASS or fact.startswith(_CRITERION)
            yield Difference(name, one.gene, fact, first, last, reported, (name,) if of_class else ())
    yield from _rechecked(old, new)


def _of_finding(record: BaseModel, reported: bool, one_build: bool) -> Facts:
    if isinstance(record, Variant):
        return _of_variant(record, reported, one_build)
    if isinstance(record, StructuralFinding):
        return {"genotype": f"genotype {record.genotype}", "filter": f"filter {record.filter}"}
    return {}


def _of_variant(variant: Variant, reported: bool, one_build: bool) -> Facts:
    """Return what is printed of an allele; of one that is not reported that is a line of a table."""
    found = {"zygosity": variant.zygosity.value}
    apart = _APART if one_build else {*_APART, "hgvs_g"}
    found |= _flat("", variant.model_dump(mode="json", exclude=apart))
    if not reported:
        return {fact: text for fact, text in found.items() if fact in _IN_SHORT}
    found |= _flat("read_support", variant.read_support.model_dump(mode="json"))
    found["inheritance"] = f"inheritance {_inheritance(variant)}"
    judged = variant.classification
    found |= _flat("", judged.model_dump(mode="json", exclude={"proposed", "criteria"}))
    record, counted = variant.clinvar, variant.frequency
    stars = "star" if record and record.stars == 1 else "stars"
    said = f"{record.variation_id}: {record.significance}, {record.stars} {stars}" if record else "no record"
    found["clinvar"] = f"ClinVar {said}"
    found["frequency"] = _frequency(counted) if counted else "no frequency"
    for one in judged.criteria:
        found[f"{_CRITERION}{one.code}"] = _criterion(one)
        found[f"{_CRITERION}{one.code} source"] = f"{one.code} after {one.source}"
    return found


def _frequency(one: Frequency) -> str:
    counted = f"{one.source} {one.ac}/{one.an}, frequency {one.af:g}"
    return f"{counted}, faf95 {_value(one.faf95)}, homozygous {_value(one.hom)}"


def _inheritance(variant: Variant) -> str:
    fits = "fits" if variant.inheritance.fits else "does not fit"
    return f"{fits}: {variant.inheritance.note}" if variant.inheritance.note else fits


def _criterion(one: Criterion) -> str:
    how = one.strength.value if one.strength else one.state.value
    return f"{one.code} {_words(how)} ({one.because})"


def _rechecked(old: Report, new: Report) -> Iterator[Difference]:
    """Yield what the reads show at known alleles, where they show any."""
    before, after = (
        {one.variant: one for one in report.recheck if one.state is not RecheckState.NOT_COVERED}
        for report in (old, new)
    )
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        first, last = _fragments(one), _fragments(other)
        if first != last:
            gene = (one or other or new.recheck[0]).gene
            yield Difference(name, gene, "rechecked", first, last, follows=() if one and other else (name,))


def _fragments(one: Recheck | None) -> str:
    return (
        f"rechecked: {one.state.value}, {one.alt} of {one.alt + one.ref} fragments" if one else "rechecked: -"
    )


def _repeat(old: Report, new: Report) -> Iterator[Difference]:
    if old.repeat == new.repeat:
        return
    before, after = _of_repeat(old), _of_repeat(new)
    for fact, first, last in _differing(before, after):
        yield Difference(REPEAT, Gene.C9ORF72, fact, first, last, follows=(REPEAT,))


def _of_repeat(report: Report) -> Facts:
    repeat = report.repeat
    sizes = " / ".join(_size(one) for one in repeat.alleles) or "not sized"
    others = repeat.model_dump(mode="json", exclude={"state", "alleles"})
    support = " / ".join(",".join(map(str, one.support.model_dump().values())) for one in repeat.alleles)
    return {"sizes": f"sizes {sizes}", **_flat("", others), "support": f"support {support or 'none'}"}


def _size(one: RepeatAllele) -> str:
    low, high = one.ci
    bounds = f"{low} or more" if high is None else f"{low} to {high}"
    return f"{_value(one.repeats)} ({one.bound.replace('_', ' ')}, {bounds})"


def _whole(old: Report, new: Report) -> Iterator[Difference]:
    for fact, first, last in _differing(_of_whole(old), _of_whole(new)):
        yield Difference(
            CONCLUSION, None, fact, first, last, follows=(CONCLUSION,) if "status" in fact else ()
        )
    yield from _uncovered(old, new)
    yield from _genes(old, new)
    texts = (
        [getattr(one.conclusion.text, language) for language in ("en", "nl", "fr")] for one in (old, new)
    )
    for first, last in zip(*texts, strict=True):
        if first != last:
            yield Difference(CONCLUSION, None, "text", first, last, follows=(_ANY,))
            return


def _of_whole(report: Report) -> Facts:
    """Return what is printed of the whole: build, coverage, identity, person, what is odd about files."""
    fields = {"status", "status_reason", "genome_build", "identity", "contamination", "sex_check"}
    found = _flat("", report.model_dump(mode="json", include=fields))
    found |= _flat("", report.patient.model_dump(mode="json", include=set(_PERSON)))
    found |= _flat("coverage", report.coverage.model_dump(mode="json", exclude={"genes"}))
    many = {
        "remarks": report.remarks,
        "confirmations": [
            " ".join(_flat("", one.model_dump(mode="json")).values()) for one in report.confirmations
        ],
        "unreadable records": [f"{one.chrom}:{one.pos} {one.reason}" for one in report.unusable_records],
    }
    return {**found, **{name: f"{name}: {' / '.join(texts) or 'none'}" for name, texts in many.items()}}


def _genes(old: Report, new: Report) -> Iterator[Difference]:
    for gene in Gene:
        one, other = old.genes[gene], new.genes[gene]
        said = (CONCLUSION, gene.value, *((REPEAT,) if gene is Gene.C9ORF72 else ()))
        if one.state is not other.state:
            before, after = f"{gene.value} {one.state.value}", f"{gene.value} {other.state.value}"
            yield Difference(CONCLUSION, None, f"{gene.value} state", before, after, follows=said)
        if one.reason != other.reason:
            before, after = f"{gene.value}: {one.reason}", f"{gene.value}: {other.reason}"
            yield Difference(CONCLUSION, None, f"{gene.value} reason", before, after, follows=(_ANY,))
        first, last = (_covered(report.coverage.genes.get(gene)) for report in (old, new))
        if first != last:
            before, after = f"{gene.value} {first}", f"{gene.value} {last}"
            yield Difference(CONCLUSION, None, f"{gene.value} covered", before, after, follows=(gene.value,))


def _covered(gene: GeneCoverage | None) -> str:
    if gene is None:
        return "not covered"
    where = [f"{chrom}:{start + 1}-{end}" for chrom, start, end in gene.below]
    return f"covered {gene.callable_fraction:.4g}" + (f", not {_some(where)}" if where else "")


def _uncovered(old: Report, new: Report) -> Iterator[Difference]:
    """Yield known alleles that could not be looked for.

    Where none could in both results, how many are known is no difference of the patient's.
    """
    before, after = ({one.variant for one in report.recheck if _is_unseen(one)} for report in (old, new))
    if before != after and (_looked(old) or _looked(new)):
        first, last = _alleles(before, after), _alleles(after, before)
        yield Difference(CONCLUSION, None, "known alleles not covered", first, last)


def _looked(report: Report) -> bool:
    """Tell whether a known allele was looked for in reads, or none was because no result is shown."""
    return bool(report.recheck_absent) or not report.recheck or not all(map(_is_unseen, report.recheck))


def _alleles(names: set[str], others: set[str]) -> str:
    only = sorted(names - others)
    return f"{len(names)} known alleles not covered" + (f": {_some(only)}" if only else "")


def _is_unseen(one: Recheck) -> bool:
    return one.state is RecheckState.NOT_COVERED


def _some(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return ", ".join(texts[:_NAMED]) + more


def _flat(prefix: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Return every value by its dotted key, each said with its name."""
    found: dict[str, str] = {}
    for key, value in values.items():
        name = f"{prefix}.{key}" if prefix else key
        found |= _flat(name, value) if isinstance(value, dict) else {name: f"{_words(name)} {_value(value)}"}
    return found


def _value(value: object) -> str:
    if isinstance(value, list) and value[1:] == [None]:  # a size that is known from below
        return f"{value[0]} or more"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None or value == "" else str(value)


def _words(name: str) -> str:
    return name.replace(".", " ").replace("_", " ")

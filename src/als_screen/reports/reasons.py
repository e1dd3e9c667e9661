"""The sentences that the steps write in English, as messages of the catalogues.

Findings say why in English, because they are read by programs and colleagues anywhere. A report says it in
its own language where the sentence is known here; any other sentence stays English and is marked as such.
"""

from __future__ import annotations

import re
from functools import cache

from als_screen.reports.catalogue import N_, Language, gettext
from als_screen.reports.formats import day, exact
from als_screen.reports.labels import change_value, label
from als_screen.states import ConfirmationResult

#: One message a sentence or part of one between semicolons; `%(name)s` stands for any text.
REASONS = (
    N_("every base of the coding sequence was callable"),
    N_("%(number)s bases of the reportable range are not callable"),
    N_("not covered by the data"),
    N_("no VCF of the patient has chromosome %(chromosome)s"),
    N_("the VCF has no record behind the gene on chromosome %(chromosome)s: it may have been cut"),
    N_("the data have nothing on the chromosome of %(genes)s"),
    N_("no reads, no reference blocks and no callable regions: an absent variant was perhaps not looked at"),
    N_("the reads cannot be used"),
    N_("the reads could not be used: %(reason)s"),
    N_("variants: %(reason)s"),
    N_("structural variant %(allele)s at %(place)s, not interpreted"),
    N_("record at %(place)s could not be read: %(reason)s"),
    N_("the reads may show %(names)s"),
    N_("the VCF says nothing of the genes, the reads show substitutions in %(number)s coding exons"),
    N_("the VCF has no record over the four genes"),
    N_("that of a whole genome has many: check that it is whole"),
    N_("the VCF lists no substitution in the exons of %(gene)s, the reads show some in %(number)s"),
    N_("check that it is whole, not filtered, and of this patient"),
    N_("and %(number)s more"),
    N_("no reads were given"),
    N_("no usable BAM or CRAM"),
    N_("the BAM or CRAM has no chromosome 9"),
    N_("no reads speak of the repeat"),
    N_("no reads over the repeat"),
    N_("the bases of the reads over the repeat are unknown or have no quality"),
    N_("no reads within 5 kb of the repeat"),
    N_("all reads at the repeat are marked as duplicates"),
    N_("the reads at the repeat do not fit the reference"),
    N_("reads of %(number)s bases are too short"),
    N_("long reads are not supported"),
    N_("both alleles have at most %(number)s repeats"),
    N_("%(low)s to %(high)s repeats: not diagnostic of C9orf72 disease"),
    N_("the long allele has at least %(number)s repeats"),
    N_(
        "small expansion, significance depends on laboratory policy, size it by an orthogonal method "
        "before reporting"
    ),
    N_("probability of an expansion %(number)s"),
    N_("the estimate lies above the threshold"),
    N_("an expansion cannot be excluded: %(reason)s"),
    N_("the VCF has an allele as long as about %(number)s repeats of C9orf72 (%(record)s)"),
    N_("a record of the VCF over the C9orf72 repeat does not say its length (%(record)s)"),
    N_("by the reads alone: %(reason)s"),
    N_("size it by an orthogonal method before reporting"),
    N_("the depth beside the repeat is too low"),
    N_("too few fragments show the alleles"),
    N_("fewer reads lie over the repeat than beside it"),
    N_("the library lost GC-rich fragments"),
    N_("the reads have no mates in the file"),
    N_("mates of reads beside the repeat are not in the file"),
    N_("reads from inside a long repeat are not explained by the alleles seen"),
    N_("an expanded allele may have given no reads"),
    N_("pure (GGCCCC)n on the reference + strand, 3 copies in the reference: %(places)s (1-based)"),
    N_("the wider impure tract to its left is not counted"),
    N_("the VCF and the reads are of different persons"),
    N_("withheld: the files are of different persons"),
    N_("the files of this patient match a file of another patient whose own files are of different persons"),
    N_("find out which file is whose before this result is used"),
    N_("%(file)s: the sample name in the file is that of another patient of the sheet"),
    N_("%(file)s: the sample name in the file is not the patient's id, as it is in nearly all other files"),
    N_("%(file)s: VCF and reads have different sample names, and neither is the patient's id"),
    N_("find out whose file it is before this result is used"),
    N_("%(file)s: the VCF files are of different samples: %(names)s"),
    N_("a fault of the software: %(what)s"),
    N_("see the job's log, and tell who maintains als-screen"),
    N_("the genome build is not known"),
    N_("it takes a VCF and reads that can both be used"),
    N_("there are no reads to compare the VCF with"),
    N_("the variants were called from these reads"),
    N_("there is no VCF to compare the reads with"),
    N_("the VCF has no informative site that the reads cover"),
    N_("the reads disagree with the VCF at %(number)s of %(all)s informative sites"),
    N_("%(file)s: the file is truncated"),
    N_("the file is truncated"),
    N_("%(file)s: a part of the file is damaged"),
    N_("a part of the file is damaged"),
    N_("%(file)s: the CRAM does not embed its reference, and reference.fasta is not set"),
    N_("the CRAM does not embed its reference, and reference.fasta is not set"),
    N_("set reference.fasta to the genome that it was made with"),
    N_("%(file)s: the index %(index)s belongs to another file"),
    N_("make the index again"),
    N_("copy or make it again"),
    N_("the reads on X and Y look like a woman's, the sheet says male"),
    N_("the reads on X and Y look like a man's, the sheet says female"),
    N_("look for a mix-up"),
    N_("a second person's reads are mixed in"),
    N_("a second person's reads are mixed in, and the allele may be that person's"),
    N_("there are no reads that can be used"),
    N_("too few common SNVs with enough reads to tell"),
    N_("give a file of them as identity.sites"),
    N_("the reads on X and Y fit neither a woman nor a man"),
    N_("the sheet states no sex"),
    N_("there is no BAM whose index counts reads"),
    N_("the file has not all chromosomes"),
    N_("too few reads to tell"),
    N_("the reads do not lie evenly over the chromosomes, as those of a whole genome do"),
    N_("one allele is enough (dominant)"),
    N_("dominant: one allele is enough"),
    N_("both alleles, or a deletion beside it, were called"),
    N_("beside a called deletion"),
    N_("how many there are is not known"),
    N_("recessive, homozygous"),
    N_("recessive, no other copy beside a called deletion"),
    N_("recessive, another pathogenic allele on the other copy of the gene"),
    N_("recessive, and how many copies carry it is not known: %(reason)s"),
    N_("heterozygous carrier"),
    N_("contribution to disease uncertain"),
    N_("another pathogenic allele was found, on which copy is not known (test the parents)"),
    N_("outside the reportable range"),
    N_("in an untranslated region, outside the reportable range"),
    N_("synonymous, away from the splice sites"),
    N_("intronic, away from the splice sites"),
    N_("benign"),
    N_("likely benign"),
    N_("sequence variant of C9orf72: no established association with ALS"),
    N_("filtered by the caller (%(filter)s) and not confirmed by the reads"),
    *(
        N_("needs a person's reading of functional studies"),
        N_("needs the phase against another pathogenic allele"),
        N_("needs relatives and their disease"),
        N_("no score was supplied for this variant"),
        N_("another laboratory's opinion is no evidence"),
        N_("ClinVar is shown beside the criteria"),
        N_("no truncating variant"),
        N_("no known pathogenic allele makes the same residue change"),
        N_("no other known pathogenic change of this residue"),
        N_("known pathogenic at the same residue: %(names)s"),
        N_("needs both parents, confirmed"),
        N_("needs both parents"),
        N_("the length of the protein is kept, or the frame is lost"),
        N_("the disease is not specific for one gene"),
        N_("needs a person"),
        N_("needs healthy adults beyond the age of onset"),
        N_("penetrance is incomplete"),
        N_("missense variants are the main cause of disease in these genes"),
        N_("missense variants of SOD1 are a common cause and rarely benign"),
        N_("no missense variant of SOD1"),
        N_("not counted, PM1 is met and says more"),
        N_("no in-frame insertion or deletion"),
        N_("needs another proven cause"),
        N_("patients with variants in two of the genes exist"),
        N_("neither synonymous nor intronic"),
        N_("outside the stretches known for disease"),
        N_("a recessive founder allele for which it does not hold"),
        N_("not seen in %(source)s, below %(number)s"),
        N_("not in the published list of ALS variants"),
        N_("published in %(patients)s"),
        N_("populations: %(names)s"),
        N_("filtering frequency %(value)s, below %(number)s"),
        N_("filtering frequency %(value)s, not below %(number)s"),
        N_("not seen in gnomAD, which read about %(number)s chromosomes here"),
        N_("known likely pathogenic at the same residue: %(names)s"),
        N_("residue %(number)s: %(domain)s"),
    ),
)
#: A decimal number that is no part of a name or version.
_DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?:e[+-]?\d+)?(?![\w.])")
#: A name without spaces needs no translation.
_NAMES = re.compile(r"[^\s;]+(, [^\s;]+)*")

#: What another method showed, as a change of a report says it (`amend.py`).
_CONFIRMATION = re.compile(
    r"(.+): (confirmed|not confirmed|sized)(, .+)? \((\d{4}-\d\d-\d\d), (.+)\)", re.DOTALL
)
_DATES = frozenset({"birth_date", "collected", "received"})


def changed(subject: str, value: str, language: Language) -> str:
    """Return a value before or after a change of `subject` in words of the language."""
    translate = gettext(language)
    if found := _CONFIRMATION.fullmatch(value):
        method, result, size, date, by = found.groups()
        shown = translate(label(ConfirmationResult(result.replace(" ", "_"))))
        return f"{method}{translate(': ')}{shown}{size or ''} ({day(date, language)}, {by})"
    return day(value, language) if subject in _DATES else translate(change_value(subject, value))


def said(text: str, language: Language) -> tuple[tuple[str, bool], ...]:
    """Return a sentence of the steps in parts: the text, and whether it is (still) English.

    Parts between semicolons are looked up one by one: an unknown one does not keep the others English.
    """
    if language is Language.ENGLISH:
        return ((text, False),)
    parts = [_part(part, language) for part in text.split("; ")]
    if all(english for _, english in parts):
        return ((text, True),)
    return tuple(parts)


def _part(text: str, language: Language) -> tuple[str, bool]:
    translate = gettext(language)
    for pattern, message in _patterns():
        if found := pattern.fullmatch(text):
            values = found.groupdict()
            inner = _part(values["reason"], language) if "reason" in values else ("", False)
            shown = {name: _with_decimals(value, language) for name, value in values.items()}
            return translate(message) % (shown | {"reason": inner[0]}), inner[1]
    return text, _NAMES.fullmatch(text) is None


def _with_decimals(text: str, language: Language) -> str:
    """Return text with its decimal numbers as the language writes them, every digit kept."""
    return _DECIMAL.sub(lambda found: exact(found[0], language), text)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return what each message matches; those without a placeholder come first."""
    known = sorted(REASONS, key=lambda message: "%(" in message)
    return tuple((re.compile(_expression(message), re.DOTALL), message) for message in known)


def _expression(message: str) -> str:
    parts = re.split(r"%\((\w+)\)s", message)
    return "".join(re.escape(part) if not n % 2 else f"(?P<{part}>.+)" for n, part in enumerate(parts))

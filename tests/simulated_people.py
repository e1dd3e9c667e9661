"""Two simulated people with known truth, for the tests of the simulator."""

from als_screen.regions import Build
from als_screen.simulate.haplotype import Carried, Person, SmallVariant

HETEROZYGOUS = SmallVariant("21", 31659783, "C", "T")
HOMOZYGOUS = SmallVariant("21", 31668501, "G", "C")
INSERTION = SmallVariant("1", 11020666, "T", "TG")
DELETION = SmallVariant("16", 31184438, "CT", "C")

CARRIER = Person(
    Build.GRCH38,
    (
        Carried(HETEROZYGOUS, (1, 0)),
        Carried(HOMOZYGOUS, (1, 1)),
        Carried(INSERTION, (0, 1)),
        Carried(DELETION, (1, 0)),
    ),
    (2, 8),
)
EXPANDED = Person(Build.GRCH37, repeats=(2, 300))

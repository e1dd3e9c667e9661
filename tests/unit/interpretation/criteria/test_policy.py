import json
from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.interpretation.criteria.policy import BUNDLED_POLICY, load_policy, policy_version
from als_screen.states import Strength
from interpretation_shared import policy


def test_the_limits_follow_from_the_highest_credible_frequency() -> None:
    rule = policy().frequency
    credible = rule.max_credible(rule.allelic_share)
    assert credible == pytest.approx(6.25e-5)
    assert credible < rule.bs1 < rule.ba1
    assert rule.pm2 == pytest.approx(rule.max_credible(rule.allelic_share_rare))


def test_points_double_from_strength_to_strength() -> None:
    points = policy().points
    strengths = (Strength.SUPPORTING, Strength.MODERATE, Strength.STRONG, Strength.VERY_STRONG)
    assert [points[strength] for strength in strengths] == [1, 2, 4, 8]


def _sources(value: object, path: str = "") -> list[str]:
    """Return the places of the policy that have numbers or rules but no source."""
    if isinstance(value, list):
        return [place for each in value for place in _sources(each, f"{path}[]")]
    if not isinstance(value, dict):
        return []
    missing = (
        []
        if "source" in value or not any(isinstance(each, float | int) for each in value.values())
        else [path]
    )
    return missing + [place for key, each in value.items() for place in _sources(each, f"{path}.{key}")]


def test_every_rule_has_a_source() -> None:
    data = json.loads(BUNDLED_POLICY.read_text())
    inside = {
        ".missense.predictors[].pathogenic",
        ".missense.predictors[].benign",
        ".points",
        "",
    }  # the source stands one level up
    assert set(_sources(data)) <= inside


@pytest.mark.parametrize(
    "change",
    [{"points": 3}, {"frequency": {}}, {"surprise": 1}, {"missense": {"predictors": [], "source": "none"}}],
)
def test_a_wrong_policy_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "acmg.json"
    path.write_text(json.dumps({**json.loads(BUNDLED_POLICY.read_text()), **change}))
    with pytest.raises(InputError, match=r"acmg\.json.*is no ACMG/AMP policy"):
        load_policy(path)


def test_a_missing_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no ACMG/AMP policy"):
        load_policy(tmp_path / "none.json")


def test_a_policy_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000 + "]" * 100_000)
    with pytest.raises(InputError, match="is no ACMG/AMP policy: it is nested too deeply"):
        load_policy(tmp_path / "deep.json")


def test_version() -> None:
    assert policy_version().release == f"{policy().name} {policy().version}"
    assert len(policy_version().sha256) == 64

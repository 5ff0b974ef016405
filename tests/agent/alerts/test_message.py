"""What messages say, compared with what readers are meant to see."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from string import Formatter
from typing import Any

import pytest

from agent.alerts.incident import State
from agent.alerts.message import Halt, Message, build_drift, build_recovery, build_stopped
from agent.alerts.terminal import render_text
from agent.alerts.words import EN, JA, verdict_word
from bbm_core.balance.band import Band, Origin
from bbm_core.balance.cause import mix_rate
from bbm_core.balance.tally import Tally
from bbm_core.balance.watch import Skew
from bbm_core.errors import AccessError, TransientError
from bbm_core.icp.profile import Lang
from bbm_core.prescribe.measures import Consequence

Golden = Callable[[str, str], None]
LANGS: tuple[Lang, ...] = ("en", "ja")
TOKYO = timezone(timedelta(hours=9), "JST")


def halt(error: AccessError | TransientError) -> Halt:
    since = datetime(2026, 11, 22, 14, 0, tzinfo=TOKYO)
    return Halt(error=error, since=since, run=4711, source="Salesforce")


REFUSED = AccessError(
    "Salesforce refused the login (invalid_grant).",
    hint="Pre-authorise the integration user, then run bbm doctor.",
    code="BBM-SF-004",
)


@pytest.mark.parametrize("lang", LANGS)
def test_a_flood_reads_as_intended(scene: Any, golden: Golden, lang: Lang) -> None:
    message = build_drift(scene.finding(), scene.incident(), lang)

    golden(f"alert_volume.{lang}.txt", render_text(message))


@pytest.mark.parametrize("lang", LANGS)
def test_a_dried_up_channel_reads_as_intended(scene: Any, golden: Golden, lang: Lang) -> None:
    scene.before, scene.after = scene.after, scene.before
    finding = scene.finding(direction=Skew.QUALITY)
    band = Band(0.2, 0.3, Origin.CONFIGURED)
    finding = replace(finding, status=replace(finding.status, skew=Skew.QUALITY, band=band))

    message = build_drift(finding, scene.incident(Skew.QUALITY), lang)

    golden(f"alert_quality.{lang}.txt", render_text(message))


@pytest.mark.parametrize("lang", LANGS)
def test_a_recovery_reads_as_intended(scene: Any, golden: Golden, lang: Lang) -> None:
    incident = replace(
        scene.incident(),
        state=State.RECOVERED,
        recovered_at=scene.incident().opened_at + timedelta(days=35),
    )
    status = replace(scene.status(), skew=Skew.BALANCED, tally=Tally(icp=471, not_icp=1068))

    message = build_recovery(scene.stage, status, incident, "Salesforce", lang)

    golden(f"alert_recovery.{lang}.txt", render_text(message))


@pytest.mark.parametrize("lang", LANGS)
def test_a_stop_reads_as_intended(golden: Golden, lang: Lang) -> None:
    golden(f"alert_stopped.{lang}.txt", render_text(build_stopped(halt(REFUSED), lang)))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("direction", [Skew.VOLUME, Skew.QUALITY])
def test_the_first_sixty_signs_carry_the_verdict(scene: Any, lang: Lang, direction: Skew) -> None:
    message = build_drift(scene.finding(), scene.incident(direction), lang)

    assert message.headline.startswith(message.verdict)
    assert len(message.verdict) < 60
    assert "21.3%" in message.headline[:60]


def test_a_band_of_the_past_is_usual_and_never_balanced(scene: Any) -> None:
    past = replace(scene.status(), skew=Skew.BALANCED)
    chosen = replace(scene.status(Origin.CONFIGURED), skew=Skew.BALANCED)

    assert verdict_word(past, "en") == "As usual"
    assert verdict_word(chosen, "en") == "In balance"
    assert verdict_word(chosen, "ja") == "バランス内"
    assert verdict_word(scene.status(), "en") == "Volume-heavy"
    assert [
        build_recovery(scene.stage, one, scene.incident(), "Salesforce", "en").verdict
        for one in (past, chosen)
    ] == ["As usual again", "Back in balance"]


def test_a_rate_that_crossed_the_band_is_not_called_recovered(scene: Any) -> None:
    status = replace(scene.status(), skew=Skew.QUALITY)

    message = build_recovery(scene.stage, status, scene.incident(), "Salesforce", "en")

    assert message.verdict == "No longer volume-heavy"
    assert message.why == (
        "The ICP rate has crossed the whole of 26.4–36.4% and is now on its other side.",
    )


@pytest.mark.parametrize(("days", "says"), [(0, "a day"), (1, "a day"), (9, "9 days")])
def test_a_recovery_tells_how_long_it_lasted(scene: Any, days: int, says: str) -> None:
    incident = scene.incident()
    incident = replace(incident, recovered_at=incident.opened_at + timedelta(days=days, hours=3))
    status = replace(scene.status(), skew=Skew.BALANCED)

    message = build_recovery(scene.stage, status, incident, "Salesforce", "en")

    assert message.why[-1] == f"It was outside for {says}."


def drift(scene: Any, **changes: Any) -> Message:
    return build_drift(replace(scene.finding(), **changes), scene.incident(), "en")


def test_nothing_to_compare_with_is_said(scene: Any) -> None:
    message = drift(scene, cause=None, before=Tally())

    assert message.why[0].startswith("There are no classified records before")
    assert message.facts[0].value == "21.3%"


def test_a_channel_whose_rate_fell_is_told_as_a_rate(scene: Any) -> None:
    web = (Tally(icp=60, not_icp=140), Tally(icp=60, not_icp=140))
    fair = (Tally(icp=60, not_icp=40), Tally(icp=20, not_icp=80))
    cause = mix_rate({"Web": web[0], "Fair": fair[0]}, {"Web": web[1], "Fair": fair[1]})

    message = drift(scene, cause=cause)

    assert message.why[1] == "Fair accounts for −13.3 pp: its ICP rate went from 60.0% to 20.0%."


def test_no_channel_is_called_so(scene: Any) -> None:
    scene.channel = ""

    assert "No channel accounts for" in build_drift(scene.finding(), scene.incident(), "en").why[1]


def test_a_reversal_is_warned_of(scene: Any) -> None:
    cause = mix_rate(
        {"Strong": Tally(icp=80, not_icp=20), "Weak": Tally(icp=1, not_icp=9)},
        {"Strong": Tally(icp=9, not_icp=1), "Weak": Tally(icp=20, not_icp=80)},
    )

    assert "the rate moved the other way" in drift(scene, cause=cause).why[-3]


def test_a_rate_that_did_not_move_names_no_channel(scene: Any) -> None:
    same = {"Web": Tally(icp=20, not_icp=80)}

    message = drift(scene, cause=mix_rate(same, same))

    assert message.why[0] == "The ICP rate went from 20.0% to 20.0% (±0.0 pp)."
    assert not any("Web" in sentence for sentence in message.why)


def test_hours_are_left_out_where_nobody_configured_them(scene: Any) -> None:
    message = build_drift(scene.finding(hours=None), scene.incident(), "en")

    assert not any("hours" in sentence for sentence in message.why)


def test_a_volume_that_did_not_grow_is_not_said_to(scene: Any) -> None:
    cost = Consequence(icp_per_week=-9, not_icp_per_week=0, hours_per_week=None)

    assert drift(scene, consequence=cost).why[-1] == (
        "A week now brings 9 fewer ICP records and as many that do not fit."
    )


def test_a_stage_without_unknowns_shows_none(scene: Any) -> None:
    status = replace(scene.status(), tally=Tally(icp=20, not_icp=80), period=None)

    message = drift(scene, status=status)

    assert [fact.label for fact in message.facts] == ["ICP rate", "Usual band", "ICP", "Records"]
    assert "2026" not in message.footer


def test_a_foreign_name_moves_no_cursor_and_stays_short(scene: Any) -> None:
    scene.channel = "\x1b[31mSo\u202ecial\n" + "x" * 300

    text = render_text(build_drift(scene.finding(), scene.incident(), "en"))

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "x" * 81 not in text


def test_an_error_that_passes_by_itself_says_so() -> None:
    error = TransientError("No answer from Salesforce.", hint="Wait.")

    message = build_stopped(replace(halt(REFUSED), error=error, since=None), "en")

    assert message.why == (
        "Nothing was lost; the agent tries again by itself and resumes where it stopped.",
    )
    assert message.ref == "run-4711"
    assert message.footer == "Salesforce · run 4711"


def test_both_languages_say_the_same_things_with_the_same_blanks() -> None:
    def blanks(sentence: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(sentence) if name}

    assert EN.keys() == JA.keys()
    for key in EN:
        assert blanks(EN[key]) == blanks(JA[key]), key

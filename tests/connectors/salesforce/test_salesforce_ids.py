"""Ids have one form, whatever form they come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbm_core.records import RecordKind, RecordRef
from connectors.errors import ConfigError
from connectors.salesforce.ids import canonical, checked, ref_of

SHORT = st.text("0123456789ABCXYZabcxyz", min_size=15, max_size=15)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("00Q5g00000AbCdE", "00Q5g00000AbCdEEAV"),
        ("001000000000000", "001000000000000AAA"),
        ("001D000000IqhSL", "001D000000IqhSLIAZ"),
    ],
)
def test_fifteen_characters_get_their_checksum(short: str, full: str) -> None:
    assert canonical(short) == full
    assert canonical(full) == full


@given(SHORT)
def test_the_canonical_form_is_final(short: str) -> None:
    assert canonical(canonical(short)) == canonical(short)


@given(SHORT.filter(lambda short: short != short.swapcase()))
def test_ids_that_differ_only_in_case_stay_apart(short: str) -> None:
    assert canonical(short) != canonical(short.swapcase())


@pytest.mark.parametrize(
    "strange",
    [
        "",
        "00Q",
        "https://host/x",
        "../../../evil",
        "00Q5g00000AbCdE' OR",
        "00Q5g00000AbCdEAAA",  # the checksum of other letters
        "00Q5g00000AbCdEEAVX",
        "00Q5g00000AbCd\u00e9",
    ],
)
def test_nothing_else_is_an_id(strange: str) -> None:
    with pytest.raises(ValueError, match="id"):
        canonical(strange)


def test_a_ref_that_somebody_named_is_checked() -> None:
    assert checked(RecordRef(RecordKind.LEAD, "00Q5g00000AbCdE")) == "00Q5g00000AbCdEEAV"
    assert ref_of(RecordKind.LEAD, "00Q5g00000AbCdE").id == "00Q5g00000AbCdEEAV"


@pytest.mark.parametrize("id_", ["acme", "0015g00000AbCdE"])
def test_a_ref_of_another_kind_is_refused_with_words(id_: str) -> None:
    with pytest.raises(ConfigError) as caught:
        checked(RecordRef(RecordKind.LEAD, id_))

    assert caught.value.code == "BBM-SF-041"
    assert "lead:" in caught.value.message

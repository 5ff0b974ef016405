"""What may stand in `[crm.hubspot]`, and that what may not is told in words, without secrets."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from bbm_core.records import FieldRole
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.fields import DEFAULT_NAMES


@pytest.mark.parametrize("mark", ["\n", " ", "\u201d", "\u30ad", "\x00"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(mark: str) -> None:
    with pytest.raises(ValidationError, match="copy it again") as caught:
        HubSpotConfig(token=SecretStr(f"pat-na1-secret{mark}"))

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("proxy", ["proxy.example:8080", "socks5://proxy.example:1080", ""])
def test_a_proxy_is_one_that_the_client_can_go_through(proxy: str) -> None:
    with pytest.raises(ValidationError, match="http://host:port"):
        HubSpotConfig(token=SecretStr("x"), proxy=proxy)


@pytest.mark.parametrize("fields", [{"flag": "bbm_score"}, {"score": "one", "coverage": "one"}])
def test_no_property_has_two_meanings(fields: dict[Any, str]) -> None:
    with pytest.raises(ValidationError, match="the name of two properties"):
        HubSpotConfig(token=SecretStr("x"), fields=fields)


def test_names_that_are_not_given_are_the_usual_ones() -> None:
    config = HubSpotConfig(token=SecretStr("x"), fields={FieldRole.FLAG: "our_flag"})

    assert config.fields == {**DEFAULT_NAMES, FieldRole.FLAG: "our_flag"}

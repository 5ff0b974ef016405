"""What may stand in `[crm.hubspot]`, and that what may not is told in words, without secrets."""

import pytest
from pydantic import SecretStr, ValidationError

from connectors.hubspot.config import HubSpotConfig


@pytest.mark.parametrize("mark", ["\n", " ", "\u201d", "\u30ad", "\x00"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(mark: str) -> None:
    with pytest.raises(ValidationError, match="copy it again") as caught:
        HubSpotConfig(token=SecretStr(f"pat-na1-secret{mark}"))

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("proxy", ["proxy.example:8080", "socks5://proxy.example:1080", ""])
def test_a_proxy_is_one_that_the_client_can_go_through(proxy: str) -> None:
    with pytest.raises(ValidationError, match="http://host:port"):
        HubSpotConfig(token=SecretStr("x"), proxy=proxy)

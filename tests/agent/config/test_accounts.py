"""By what leads are matched: attributes that are defined."""

import pytest
from pydantic import ValidationError

from agent.config import Settings
from bbm_core.match import Names
from tests.agent.world import values


def test_without_settings_nothing_is_matched() -> None:
    assert Settings.model_validate(values()).accounts.names.is_empty


def test_the_attributes_are_named() -> None:
    settings = Settings.model_validate(values(accounts={"company": "industry"}))

    assert settings.accounts.names == Names(company="industry")


def test_a_prefecture_alone_matches_nobody() -> None:
    settings = Settings.model_validate(values(accounts={"prefecture": "industry"}))

    assert settings.accounts.names.is_empty


def test_an_attribute_that_is_not_defined_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"\[accounts\] domain uses the attribute `mail`"):
        Settings.model_validate(values(accounts={"domain": "mail"}))

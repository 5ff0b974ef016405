"""The settings of an org are refused with words when they cannot work."""

from typing import Any

import pytest
from pydantic import ValidationError

from bbm_core.records import FieldRole
from connectors.salesforce.config import SalesforceConfig

GOOD = {"url": "https://acme.my.salesforce.com", "client_id": "key", "client_secret": "s3cret"}


def test_little_has_to_be_said() -> None:
    config = SalesforceConfig(**GOOD)

    assert config.host == "acme.my.salesforce.com"
    assert config.fields[FieldRole.FLAG] == "BBM_ICP__c"
    assert config.overlap_minutes == 15


def test_a_slash_at_the_end_of_the_address_does_no_harm() -> None:
    assert SalesforceConfig(**{**GOOD, "url": "https://acme.my.salesforce.com/"}).url == GOOD["url"]


def test_a_packages_names_replace_the_usual_ones() -> None:
    config = SalesforceConfig(**GOOD, fields={"flag": "acme__BBM_ICP__c"})

    assert config.fields[FieldRole.FLAG] == "acme__BBM_ICP__c"
    assert config.fields[FieldRole.TIER] == "BBM_Tier__c"


def test_secrets_are_not_shown() -> None:
    assert "s3cret" not in repr(SalesforceConfig(**GOOD))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"url": "http://acme.my.salesforce.com"}, "is not an address"),
        ({"url": "acme.my.salesforce.com"}, "is not an address"),
        ({"url": "https://acme.my.salesforce.com/lightning"}, "is not an address"),
        ({"client_id": ""}, "at least 1"),
        ({"client_secret": None}, "needs client_secret"),
        ({"login": "jwt"}, "needs private_key and username"),
        ({"login": "password"}, "client_credentials"),
        ({"login": "legacy_soap_login"}, "client_credentials"),
        ({"api_version": "66"}, "pattern"),
        ({"api_version": "59.0"}, "too old"),
        ({"page_size": 2001}, "2000"),
        ({"overlap_minutes": -1}, "0"),
        ({"permission_set": "BBM' OR '1"}, "pattern"),
        ({"fields": {"flag": "Industry"}}, "custom field"),
        ({"fields": {"flag": "A B__c"}}, "custom field"),
        ({"fields": {"colour": "A__c"}}, "flag"),
        ({"legacy_soap_login": True}, "needs username and password"),
        ({"passwort": "x"}, "Extra"),
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        SalesforceConfig(**{**GOOD, **wrong})


def test_every_setting_is_explained() -> None:
    assert all(field.description for field in SalesforceConfig.model_fields.values())

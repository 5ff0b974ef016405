"""The configurations that ship: the example for each CRM, and the text of the example file."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from agent.config.example import render

PREFACE = (
    "BBM Agent: the example configuration. It loads as it stands.",
    "",
    "It is the one for Salesforce; for HubSpot, `bbm init --crm hubspot` writes it. Every setting",
    "is here; those commented out show their defaults. A secret never stands here:",
    "write env:NAME for an environment variable, or file:NAME for a file in BBM_SECRETS_DIR.",
    "An environment variable BBM_SECTION__KEY overrides the setting `key` of [section].",
    "Check the file with `bbm config check`, see what is in force with `bbm config show`.",
)


def template(crm: Literal["salesforce", "hubspot"]) -> dict[str, Any]:
    """The values of the example configuration for a CRM."""
    return tomllib.loads((files("agent.templates") / f"{crm}.toml").read_text(encoding="utf-8"))


@cache
def example_text() -> str:
    """The text of config.example.toml."""
    return render(template("salesforce"), PREFACE)

"""The page about the sandbox's HubSpot names everything that it speaks and everything to set."""

import re
from dataclasses import fields
from pathlib import Path

from sandbox.hubspot.api.addresses import ROUTES
from sandbox.hubspot.api.more_addresses import MORE_ROUTES
from sandbox.hubspot.knobs import Knobs
from sandbox.hubspot.mishaps import MISHAPS

PAGE = (Path(__file__).parents[3] / "docs" / "sandbox-hubspot.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([^`]+)`", PAGE))


def test_every_address_is_named_with_its_methods() -> None:
    told = set(re.findall(r"^\| `(\S+)` \| ([A-Z ]+) \|", PAGE, re.MULTILINE))
    methods = {(path, one) for path, several in told for one in several.split()}

    spoken = {
        (re.sub(r"\(\?P<(\w+)>\[\^/\]\+\)", r"{\1}", one.path.pattern), one.method)
        for one in (*ROUTES, *MORE_ROUTES)
    }
    assert methods == spoken


def test_every_switch_and_every_error_is_named() -> None:
    assert {one.name for one in fields(Knobs)} - NAMED == set()
    assert set(MISHAPS) - NAMED == set()

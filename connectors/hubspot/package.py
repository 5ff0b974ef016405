"""The package for a portal: the developer project of `crm/hubspot`, by the names of this portal."""

import re
from collections.abc import Mapping
from typing import Final

from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.fields import DEFAULT_NAMES
from connectors.shipped import shipped

_GIVEN: Final = ("README.md", "hsproject.json", "src")


def project(config: HubSpotConfig) -> Mapping[str, str]:
    """Every file of the project, by its path; its cards read the properties of this portal."""
    names = {DEFAULT_NAMES[role]: name for role, name in config.fields.items()}
    known = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, names))})(?!\w)")
    return {
        path: known.sub(lambda found: names[found[1]], text)
        for path, text in shipped("hubspot", _GIVEN)
    }

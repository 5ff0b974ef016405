"""Numeric libraries are asked for by name, and missed with a fix."""

import pytest

from bbm_core.errors import ConfigError
from bbm_core.value.library import LibraryMissing, load_library


def test_a_library_that_is_there_is_imported() -> None:
    assert load_library("math").sqrt(4) == 2


def test_a_missing_one_is_said_with_its_fix() -> None:
    with pytest.raises(LibraryMissing, match="nowhere_to_be_found") as missing:
        load_library("nowhere_to_be_found.part")

    assert isinstance(missing.value, ConfigError)
    assert missing.value.code == "BBM-LN-001"
    assert "bbm-agent[learn]" in missing.value.hint

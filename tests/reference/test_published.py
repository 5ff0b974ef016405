"""The core's figures equal published ones: each reference case, through public functions.

`pytest --reference-cases FILE` runs any file of that form. A case whose method no adapter knows
fails: add one in `tests/reference/cases/`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.reference.cases import ADAPTERS
from tests.reference.compare import Absent, absences, differences

Case = Mapping[str, Any]


def test_the_core_computes_what_was_published(
    reference_case: Case, reference_folder: Path, record_property: Callable[[str, object], None]
) -> None:
    method = reference_case["method"]
    adapter = next((found for begin, found in ADAPTERS.items() if method.startswith(begin)), None)
    assert adapter is not None, f"no adapter computes {method!r}"

    computed = adapter(reference_case["inputs"], reference_folder)

    assert differences(computed, reference_case) == []
    record_property("not computed", absences(computed))


def test_a_figure_that_is_off_is_noticed() -> None:
    case = {"expected": {"lower": 0.25, "upper": 0.5}, "tolerance": 1e-9}

    assert differences({"lower": 0.25, "upper": 0.51}, case) == ["upper: 0.51 is not 0.5"]
    assert differences({"lower": 0.25}, case) == ["upper: not computed"]


def test_a_figure_whose_input_the_case_lacks_is_named() -> None:
    case = {"expected": {"iv": 0.5, "of_the_rows": 0.6}, "tolerance": 1e-9}
    computed = {"iv": 0.5, "of_the_rows": Absent("the rows")}

    assert differences(computed, case) == []
    assert absences(computed) == ["of_the_rows: the rows"]


@pytest.mark.parametrize("begin", sorted(ADAPTERS))
def test_no_adapter_hides_another(begin: str) -> None:
    others = [other for other in ADAPTERS if other != begin and begin.startswith(other)]

    assert others == []

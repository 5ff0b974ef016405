"""After a sync the CRM says what a separate evaluator says, record for record."""

from collections import Counter
from pathlib import Path

import pytest

from tests.end_to_end.company import CRMS, YES, Crm, company, opinions, standing


@pytest.mark.parametrize("kind", ["healthy", "messy"])
@pytest.mark.parametrize("crm", CRMS)
def test_the_crm_equals_the_separate_evaluator(crm: Crm, kind: str, tmp_path: Path) -> None:
    with company(crm, tmp_path, kind=kind, size=600) as one:
        one.sync(YES)

        found, wanted = standing(one), opinions(one)

    assert {ref: (found[ref], wanted[ref]) for ref in wanted if found[ref] != wanted[ref]} == {}
    flags = Counter(opinion[0] for opinion in wanted.values() if opinion)
    assert min(flags["icp"], flags["not_icp"], flags["unknown"]) > 10
    assert None in wanted.values()


def test_the_evaluator_is_short_and_stands_alone() -> None:
    lines = Path(__file__).with_name("evaluator.py").read_text(encoding="utf-8").splitlines()
    imports = {line for line in lines if line.startswith(("import", "from"))}

    assert len(lines) <= 40
    assert imports == {"import re", "import unicodedata"}

"""Weight of evidence and information value."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bbm_core.icp.learn.evidence import information_value
from tests.reference.compare import Absent


def _given_splits(inputs: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    del folder
    bad, good = zip(*inputs["counts_event0_event1"], strict=True)
    # The case holds counts at the given splits. Its optimal splits, and the value at them, need
    # the rows, which it only names; a learner of ours cuts at quantiles anyway.
    rows = Absent(f"the rows of {inputs['dataset']} are not in the case")
    return {
        "iv": information_value(good, bad, alpha=0),
        "iv_splits_optimal": rows,
        "splits_optimal": rows,
    }


ADAPTERS = {"WOE / information value": _given_splits}

"""Ids in the form in which they are kept."""

import subprocess
import sys

from agent.record_ids import long_form


def test_salesforces_short_ids_are_made_long_and_other_ids_stay() -> None:
    assert long_form("salesforce", "001000000000001") == "001000000000001AAA"
    assert long_form("salesforce", "of no such form") == "of no such form"
    assert long_form("hubspot", "001000000000001") == "001000000000001"


def test_salesforces_client_is_not_loaded_for_another_crm() -> None:
    told = "import sys; from agent.record_ids import long_form; print(long_form('hubspot', '7'))"
    asked = f"{told}; print('simple_salesforce' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)

    assert done.stdout.split() == ["7", "False"]

"""Seeded chance."""

import subprocess
import sys

from bbm_core.chance import seeded


def test_the_same_parts_draw_the_same_numbers_in_another_process() -> None:
    here = [seeded("drift", "won", 3).random() for _ in range(2)]

    code = "from bbm_core.chance import seeded; print(repr(seeded('drift', 'won', 3).random()))"
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert here == [float(there.stdout)] * 2


def test_other_parts_draw_other_numbers() -> None:
    assert seeded("a", "b").random() != seeded("ab").random()

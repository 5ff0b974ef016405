"""Breaks the core on purpose, a seeded thousand times, and counts how often a test notices.

    make mutants                                # installs mutmut, then runs this
    python -m benchmarks.mutants --mutants 1000 --seed 1 --children 2

mutmut makes every small change it knows in every function of bbm_core that has no decorator; a
seeded sample of those is tried, each against the tests that reach the changed function. A change
in a line that no test reaches counts as unnoticed. Ends with 1 below the share that is asked for.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]
MADE = ROOT / "mutants"
NOTICED = frozenset({"killed", "timeout", "segfault", "caught by type check"})
A_CHEAP_ONE = "bbm_core.balance.rate.x_coverage__mutmut_1"


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    _mutmut("run", A_CHEAP_ONE, children=1)  # makes all mutants and finds which tests reach them
    names = sorted(name for name, _ in _outcomes())
    chosen = sorted(Random(asked.seed).sample(names, min(asked.mutants, len(names))))
    _mutmut("run", *chosen, children=asked.children)
    return _report(names, chosen, asked)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Count the changes of the core that tests notice.")
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--children", type=int, default=2)
    parser.add_argument("--least", type=float, default=0.85, help="the share to be noticed")
    return parser


def _mutmut(*words: str, children: int) -> None:
    command = [Path(sys.executable).parent / "mutmut", *words, "--max-children", str(children)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if ended.returncode:
        last = "\n".join((ended.stdout + ended.stderr).splitlines()[-20:])
        sys.exit(f"mutmut failed:\n{last}")


def _outcomes() -> Iterator[tuple[str, int | None]]:
    for path in sorted(MADE.rglob("*.meta")):
        yield from json.loads(path.read_text())["exit_code_by_key"].items()


def _report(names: Sequence[str], chosen: Sequence[str], asked: argparse.Namespace) -> int:
    from mutmut.stats import status_by_exit_code  # noqa: PLC0415 - mutmut is an extra of its own

    exits: Mapping[str, int | None] = dict(_outcomes())
    found = {name: status_by_exit_code[exits[name]] for name in chosen}
    unnoticed = [name for name, status in found.items() if status not in NOTICED]
    for name in unnoticed:
        print(f"{found[name]:<10} {name}")
    share = 1 - len(unnoticed) / len(chosen)
    print(f"\n{len(names)} mutants of bbm_core, {len(chosen)} tried (seed {asked.seed})")
    print("; ".join(f"{status}: {n}" for status, n in Counter(found.values()).most_common()))
    print(f"noticed: {share:.1%} (at least {asked.least:.0%} is asked for)")
    return 0 if share >= asked.least else 1


if __name__ == "__main__":
    sys.exit(main())

"""Plays the demo once and prints where its time went, as shares of the whole.

    python -m benchmarks.demo_phases --crm salesforce --size medium

A line is one lap of the demo: the sandbox's start, the first sync, the second one, each week. A
column is a phase of the work, without what it asked of another phase; `cpu` is the agent's own.
Shares hold on any machine; compare seconds only between runs in turn on one machine.
"""

import argparse
import gc
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from agent import cycle, delivery, judging, preflight
from agent.cli import COLLECT_AFTER
from agent.clock import RemoteClock
from agent.cycle import Report
from agent.demo.play import Script, play
from agent.demo.sandbox import RunningSandbox, arguments_for
from agent.demo.terminal import Nobody
from agent.store import Store
from agent.wiring import Agent
from connectors.hubspot.connector import HubSpotConnector
from connectors.salesforce.connector import SalesforceConnector

OTHER = "other"
PHASES: Mapping[str, Sequence[tuple[Any, str]]] = {
    "pull": ((SalesforceConnector, "pull"), (HubSpotConnector, "pull")),
    "read": ((SalesforceConnector, "read"), (HubSpotConnector, "read")),
    "push": ((SalesforceConnector, "push"), (HubSpotConnector, "push")),
    "look up": ((Store, "known"), (Store, "account_attributes"), (Store, "dependents")),
    "judge": ((judging, "judge"), (judging, "plan_writes")),
    "keep": ((Store, "keep"),),
    "settle": ((Store, "planned"), (Store, "mark_in_flight"), (Store, "settle")),
    "compare": ((delivery, "read_back"),),
    "guard": ((preflight, "planned"), (preflight, "guard_plan"), (preflight, "open_book")),
    "weigh": ((cycle, "weigh"),),
    "clock": ((RemoteClock, "now"), (RemoteClock, "wait")),
}
"""What counts as which phase: functions by their owner and name."""


class Stopwatch:
    """Adds up, lap by lap, the time spent in each phase and in no phase within it."""

    def __init__(self) -> None:
        self.laps: list[tuple[str, Mapping[str, float], float]] = []
        self._spent: dict[str, float] = defaultdict(float)
        self._inside = [OTHER]
        self._since, self._cpu_since = time.perf_counter(), time.process_time()

    def lap(self, name: str) -> None:
        self._count()
        cpu = time.process_time()
        self.laps.append((name, self._spent, cpu - self._cpu_since))
        self._spent, self._cpu_since = defaultdict(float), cpu

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        self._count()
        self._inside.append(name)
        try:
            yield
        finally:
            self._count()
            self._inside.pop()

    def _count(self) -> None:
        now = time.perf_counter()
        self._spent[self._inside[-1]] += now - self._since
        self._since = now


class Laps(Nobody):
    """Ends a lap where the demo's audience is told something."""

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch

    def sandbox_is_up(self, *_told: object) -> None:
        self._watch.lap("start")

    def fields_are_there(self, *_told: object) -> None:
        self._watch.lap("fields")

    def first_sync(self, *_told: object) -> None:
        self._watch.lap("first sync")

    def second_sync(self, *_told: object) -> None:
        self._watch.lap("second sync")

    def week_passed(self, agent: Agent, week: int, report: Report) -> None:
        del agent, report
        self._watch.lap(f"week {week}")


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    gc.set_threshold(COLLECT_AFTER, 50, 100)  # as the command does
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder, _timed(watch):
        script = Script(crm=asked.crm, story=asked.story, size=asked.size, seed=asked.seed)
        filling = arguments_for(script.crm, script.story, script.size, script.seed)
        with RunningSandbox(filling) as sandbox:
            outcome = play(sandbox, script, Path(folder), Laps(watch))
        watch.lap("end")
    _show(watch)
    return 0 if outcome.agrees else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Show where the demo's time goes.")
    parser.add_argument("--crm", choices=("salesforce", "hubspot"), default="salesforce")
    parser.add_argument("--size", choices=("small", "medium", "large"), default="medium")
    parser.add_argument("--story", default="drift-volume")
    parser.add_argument("--seed", type=int, default=1)
    return parser


@contextmanager
def _timed(watch: Stopwatch) -> Iterator[None]:
    with ExitStack() as undone:
        for phase, places in PHASES.items():
            for owner, name in places:
                found = getattr(owner, name)
                wrap = _steps if name in {"pull", "read", "push"} else _call
                undone.enter_context(patch.object(owner, name, wrap(watch, phase, found)))
        yield


def _call(watch: Stopwatch, phase: str, found: Callable[..., Any]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        with watch.phase(phase):
            return found(*arguments, **named)

    return timed


def _steps(watch: Stopwatch, phase: str, found: Callable[..., Any]) -> Callable[..., Any]:
    """A generator's steps, without what its caller does between them."""

    def timed(*arguments: Any, **named: Any) -> Iterator[Any]:
        steps = found(*arguments, **named)
        while True:
            with watch.phase(phase):
                try:
                    step = next(steps)
                except StopIteration:
                    return
            yield step

    return timed


def _show(watch: Stopwatch) -> None:
    whole = sum(sum(spent.values()) for _, spent, _ in watch.laps)
    cpu = sum(cpu for _, _, cpu in watch.laps)
    of_sandbox = resource.getrusage(resource.RUSAGE_CHILDREN)
    names = [*PHASES, OTHER]
    print(_line("%", [*names, "all", "cpu"]))
    for lap, spent, computed in watch.laps:
        cells = [spent.get(name, 0.0) for name in names]
        print(_line(lap, _shares([*cells, sum(cells), computed], whole)))
    sums = [sum(spent.get(name, 0.0) for _, spent, _ in watch.laps) for name in names]
    print(_line("all", _shares([*sums, whole, cpu], whole)))
    print(f"{whole:.1f} s; the agent computed {cpu:.1f} s, ", end="")
    print(f"the sandbox {of_sandbox.ru_utime + of_sandbox.ru_stime:.1f} s")


def _shares(seconds: Sequence[float], whole: float) -> list[str]:
    return [f"{100 * one / whole:.1f}" for one in seconds]


def _line(name: str, cells: Sequence[str]) -> str:
    return f"{name:<12}" + "".join(f"{cell:>9}" for cell in cells)


if __name__ == "__main__":
    sys.exit(main())

"""Real books in a sandbox process, synced by the product's own commands; their known figures."""

import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.demo.sandbox import RunningSandbox
from tests.end_to_end.processes import ROOT, Command

EXAMPLES = ROOT / "docs" / "examples"
TIMEOUT_SECONDS = 250


@dataclass(frozen=True, slots=True)
class Served:
    """Exports in a sandbox of their own."""

    ready: Mapping[str, Any]
    folder: Path

    def synced(self, example: str) -> "Book":
        """The book after `sync --yes` with a shipped configuration."""
        book = self._book(example)
        report = book.bbm("sync", "--yes", "--json")
        assert report["counts"]["parked"] == report["counts"]["refused"] == 0
        return book

    def make_fields(self, example: str) -> None:
        """Once a sandbox: the fields of every configuration are the same."""
        assert self._book(example).bbm("fields", "apply", "--json", setup=True)["applied"]

    def read(self, example: str) -> "Book":
        """The book after `plan`, which reads and judges as a sync does and writes nothing."""
        book = self._book(example)
        assert book.bbm("plan", "--json")["counts"]["parked"] == 0
        return book

    def _book(self, example: str) -> "Book":
        return Book(EXAMPLES / f"{example}.toml", self.folder / f"{example}.db", self.ready)


@dataclass(frozen=True, slots=True)
class Book:
    """A configuration, its state and the sandbox it points at."""

    config: Path
    state: Path
    ready: Mapping[str, Any]

    def bbm(self, *arguments: str, setup: bool = False) -> Any:
        """What a command answers as JSON, in a process of its own as its user would run it.

        `setup` logs in as who may create fields.
        """
        environment = self._environment("setup_" if setup else "")
        process = Command(*arguments, "--config", str(self.config), environment=environment)
        process.start()
        code, out, errors = process.finish(TIMEOUT_SECONDS)
        assert code == 0, errors
        return json.loads(out)

    def ask(self, *arguments: str) -> Any:
        """The same in this process: a question takes less time than to start Python does."""
        out = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
            for name, value in self._environment("").items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as left:
                main([*arguments, "--config", str(self.config)])
        assert left.value.code == 0
        return json.loads(out.getvalue())

    def balance(self, *arguments: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The rows of a balance over all time, by stage."""
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in self.ask("balance", "--period", "all", *arguments, "--json")["rows"]:
            found[row["stage"]].append(row)
        return found

    def cohorts(self, *arguments: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The cohorts of all time, by stage."""
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in self.ask("balance", "--view", "cohort", *arguments, "--json")["rows"]:
            found[row["stage"]].append(row)
        return found

    def _environment(self, prefix: str) -> Mapping[str, str]:
        access = self.ready["salesforce"]
        return {
            "BBM_CRM__SALESFORCE__URL": access["url"],
            "BBM_CRM__SALESFORCE__PROXY": self.ready["url"],
            "BBM_CRM__SALESFORCE__CA_FILE": self.ready["ca_file"],
            "BBM_CRM__SALESFORCE__CLIENT_ID": access[f"{prefix}client_id"],
            "BBM_SALESFORCE_SECRET": access[f"{prefix}client_secret"],
            "BBM_STATE__URL": f"sqlite:///{self.state}",
        }


@contextmanager
def served(files: Mapping[str, Path], mapping: str, now: str, folder: Path) -> Iterator[Served]:
    """Serve exports; `now` is when they were made, so that nothing in them is yet to come."""
    loads = [part for name, path in files.items() for part in ("--load", f"{name}={path}")]
    arguments = ["--map", str(EXAMPLES / f"{mapping}.mapping.toml"), "--now", now, *loads]
    with RunningSandbox(arguments) as sandbox:
        assert not sandbox.ready["load"]["parked_rows"]
        yield Served(sandbox.ready, folder)


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures as a page prints them, computed apart from the product."""

    lines: Sequence[str]

    @classmethod
    def of(cls, shared: Path) -> "Figures":
        text = (shared / "data" / "FACTS.md").read_text(encoding="utf-8")
        return cls(text.splitlines())

    def table(self, section: str, *columns: str) -> Sequence[Mapping[str, str]]:
        """The first table with these first columns in the section."""
        heading = next(line for line in self.lines if line.startswith(section))
        after = self.lines[self.lines.index(heading) :]
        begins = f"| {' | '.join(columns)} |"
        body = dropwhile(lambda line: not line.startswith(begins), after)
        rows = [_cells(line) for line in takewhile(lambda line: line.startswith("|"), body)]
        header = rows[0]
        return [dict(zip(header, row, strict=True)) for row in rows[2:]]

    def sentence(self, start: str) -> str:
        return next(line for line in self.lines if line.startswith(start))


def printed(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Known, ICP, rate and interval of a row of ours, as the page prints them."""
    known = row["icp"] + row["not_icp"]
    low, high = row["interval"]
    return (str(known), str(row["icp"]), f"{row['rate']:.4f}", f"{low:.4f}", f"{high:.4f}")


def expected(row: Mapping[str, str]) -> tuple[str, ...]:
    """The same of a row of the page."""
    return tuple(row[name] for name in ("n", "icp", "rate", "lo", "hi"))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]

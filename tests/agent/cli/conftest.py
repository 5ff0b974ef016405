"""A configuration file over a state that the in-memory CRM filled, for commands that read it."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import structlog

from agent.cli import main
from agent.config.example import render
from tests.agent.world import World


@dataclass(frozen=True, slots=True)
class Answered:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Bbm = Callable[..., Answered]


@pytest.fixture
def bbm(capsys: pytest.CaptureFixture[str]) -> Bbm:
    """Run a command as its user would."""

    def run(*arguments: str) -> Answered:
        capsys.readouterr()  # what the test itself let the agent say
        with pytest.raises(SystemExit) as left:
            main(arguments)
        out, err = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return Answered(left.value.code, out, err)

    return run


@pytest.fixture(autouse=True)
def _quiet_log() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of whoever runs the tests, and a folder without a configuration."""
    for name in ("BBM_CONFIG", "BBM_LANG", "BBM_SHARED", "BBM_NO_SKIPS", "BBM_LOG__LEVEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def config(world: World, tmp_path: Path) -> Path:
    """The world's configuration as a file; its secret is named, and not there."""
    values = {**world.values, "state": {"url": world.url}}
    values["crm"]["salesforce"]["client_secret"] = "env:BBM_SALESFORCE_SECRET"
    values["attributes"]["industry"]["label"] = {"en": "Industry", "ja": "業種"}
    path = tmp_path / "config.toml"
    path.write_text(render(values), encoding="utf-8")
    return path


@pytest.fixture
def northwind(shared: Path, tmp_path: Path) -> Path:
    """Each order line with its order's customer, employee and day, in one file.

    The orders' addresses hold unquoted commas, so only their first four columns are taken.
    """
    folder = shared / "data" / "northwind"
    with (folder / "orders.csv").open(encoding="utf-8-sig", newline="") as file:
        orders = {row[0]: row[1:4] for row in csv.reader(file)}
    path = tmp_path / "northwind.csv"
    with (
        (folder / "order-details.csv").open(encoding="utf-8-sig", newline="") as lines,
        path.open("w", encoding="utf-8", newline="") as joined,
    ):
        writer = csv.writer(joined)
        writer.writerow(["orderID", "customerID", "employeeID", "orderDate", "net"])
        for line in csv.DictReader(lines):
            price, quantity = Decimal(line["unitPrice"]), Decimal(line["quantity"])
            net = price * quantity * (1 - Decimal(line["discount"]))
            writer.writerow([line["orderID"], *orders[line["orderID"]], net])
    return path

"""The recorded answers, and the requests they belong to.

Most of the recordings are answers alone: their requests are put together again from what they say,
in `asked`. Recorded payloads are sent as they are.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded answer."""

    name: str
    status: int
    answer: Any


class Recordings:
    """What lies in recordings/hubspot."""

    def __init__(self, shared: Path) -> None:
        folder = shared / "recordings" / "hubspot"
        self.files: dict[str, Any] = {
            path.stem: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted((folder / "amp-labs").glob("*.json"))
        }
        lines = (folder / "error_bodies.jsonl").read_text(encoding="utf-8").splitlines()
        self.errors: list[dict[str, Any]] = [json.loads(line) for line in lines]

    def payload(self, name: str) -> Any:
        return self.files[name]

    def error(self, number: int) -> Recorded:
        """One line of the error bodies; the times of a batch were left out where it was noted."""
        told = self.errors[number - 1]
        body = told["body"]
        if isinstance(body, dict) and "results" in body:
            body = {"startedAt": "", "completedAt": "", **body}
        return Recorded(f"error {number}: {told['where']}", told["status"], body)

    def answer(self, name: str, status: int) -> Recorded:
        return Recorded(name, status, self.files[name])

    def values(self) -> list[Any]:
        """Every recorded answer, for those who look for its words elsewhere."""
        answers = [told for name, told in self.files.items() if "payload" not in name]
        return [*answers, *(told["body"] for told in self.errors)]

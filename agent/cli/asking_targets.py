"""The four questions of `bbm init --targets`, and where their answers go."""

from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.prompt import Prompt

from agent.config import load
from agent.config.edit import with_values
from agent.tables import Unreadable, read_number
from bbm_core.errors import ConfigError

QUESTIONS: Mapping[str, str] = {
    "people": "Selling people, in full-time terms",
    "hours_per_person_month": "Hours a month that each has for leads and opportunities",
    "gross_margin": "Gross margin, as 0.6 or 60%",
    "budget_month": "Budget for marketing measures a month",
    "revenue_month": "Revenue of new business to win a month",
}
"""The four, and the target that makes them a goal. Each may be left out."""


def ask_targets(
    path: Path, env: Mapping[str, str], out: Console, stream: TextIO | None = None
) -> Mapping[str, float]:
    """Ask, and set the answers in the file; the file stays as it is where one of them is wrong.

    Raises:
        ConfigProblems: an answer is out of its range.
    """
    out.print("\nFour numbers for `bbm recommend`; empty leaves one out:")
    asked = ((name, _number(words, out, stream)) for name, words in QUESTIONS.items())
    answers = {name: value for name, value in asked if value is not None}
    if answers:
        before = path.read_text(encoding="utf-8")
        path.write_text(with_values(before, "targets", answers), encoding="utf-8")
        try:
            load(path, env)
        except ConfigError:
            path.write_text(before, encoding="utf-8")
            raise
    return answers


def _number(question: str, out: Console, stream: TextIO | None) -> float | None:
    while True:
        answer = Prompt.ask(question, console=out, default="", show_default=False, stream=stream)
        if not answer.strip():
            return None
        try:
            return _read(answer)
        except Unreadable as error:
            out.print(f"{error}. Write a number such as 0.6, 100 or 2,000,000.")


def _read(answer: str) -> float | int:
    number = read_number(answer)
    return int(number) if number == number.to_integral_value() else float(number)

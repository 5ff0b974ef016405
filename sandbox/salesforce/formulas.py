"""Formula fields: the part of Salesforce's formula language that verdicts are shown with.

Texts, numbers, picklists, comparisons, and the functions in `_FUNCTIONS`. A formula is read once
and then worked out for each row that is kept.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sandbox.salesforce.definitions import SObject
from sandbox.salesforce.table import Row

Worked = Callable[[Row], object]

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<sign><>|!=|==|<=|>=|[-+*/&=<>(),]))"""
)
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda one, two: one < two,
    ">": lambda one, two: one > two,
    "<=": lambda one, two: one <= two,
    ">=": lambda one, two: one >= two,
}
_WORDS: Mapping[str, object] = {"NULL": None, "TRUE": True, "FALSE": False}


class FormulaError(Exception):
    """A formula that nobody can read, in the org's words."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read: the fields it uses, and how it is worked out."""

    names: tuple[str, ...]
    work_out: Worked


@lru_cache(maxsize=1000)
def read_formula(text: str) -> Formula:
    """Read a formula.

    Raises:
        FormulaError: in the org's words.
    """
    reader = _Reader(text)
    worked = reader.expression()
    if reader.sign:
        raise FormulaError(f"Syntax error. Extra {reader.sign}")
    return Formula(tuple(dict.fromkeys(reader.names)), worked)


def work_out(definition: SObject, row: Row) -> None:
    """Let the formula fields of a row say what follows from the others."""
    for field in definition.formulas:
        value = read_formula(field.formula).work_out(row)
        if field.type == "percent" and _is_number(value):
            value = round(_number(value) * 100, field.scale)
        row[field.name] = None if value == "" else value


class _Reader:
    """Reads one formula from left to right; `sign` is what comes next."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._match: re.Match[str] | None = None
        self.sign = ""
        self.names: list[str] = []
        self._next()

    def expression(self) -> Worked:
        left = self._joined()
        while self.sign in {"=", "==", "<>", "!=", *_COMPARE}:
            left = _compared(self._take(), left, self._joined())
        return left

    def _joined(self) -> Worked:
        left = self._sum()
        while self.sign == "&":
            self._take()
            left = _concatenated(left, self._sum())
        return left

    def _sum(self) -> Worked:
        left = self._product()
        while self.sign in {"+", "-"}:
            left = _calculated(self._take(), left, self._product())
        return left

    def _product(self) -> Worked:
        left = self._value()
        while self.sign in {"*", "/"}:
            left = _calculated(self._take(), left, self._value())
        return left

    def _value(self) -> Worked:
        match = self._match
        if self.sign == "(":
            self._take()
            inside = self.expression()
            self._expect(")")
            return inside
        if self.sign == "-":
            self._take()
            return _calculated("-", lambda _: 0, self._value())
        if match is None or match["sign"]:
            raise FormulaError(f"Syntax error. Found '{self.sign or 'end of formula'}'")
        self._next()
        if match["number"]:
            number = float(match["number"])
            return lambda _: number
        if match["text"] is not None:
            text = re.sub(r"\\(.)", r"\1", match["text"])
            return lambda _: text
        return self._named(match["name"])

    def _named(self, name: str) -> Worked:
        if self.sign == "(":
            return self._called(name.upper())
        if name.upper() in _WORDS:
            word = _WORDS[name.upper()]
            return lambda _: word
        self.names.append(name)
        return lambda row: row.get(name)

    def _called(self, name: str) -> Worked:
        function = _FUNCTIONS.get(name)
        if function is None:
            raise FormulaError(f"Unknown function {name}. Check spelling.")
        self._take()
        given = []
        while self.sign != ")":
            given.append(self.expression())
            if self.sign != ")":
                self._expect(",")
        self._take()
        least, make = function
        if len(given) < least:
            message = f"Incorrect number of parameters for function '{name}()'."
            raise FormulaError(f"{message} Expected {least}, received {len(given)}")
        return make(given)

    def _expect(self, sign: str) -> None:
        if self.sign != sign:
            raise FormulaError(f"Syntax error. Missing '{sign}'")
        self._take()

    def _take(self) -> str:
        taken = self.sign
        self._next()
        return taken

    def _next(self) -> None:
        self._match = _TOKEN.match(self._text, self._at)
        if self._match is None:
            rest = self._text[self._at :].strip()
            if rest:
                raise FormulaError(f"Syntax error. Found '{rest[0]}'")
            self.sign = ""
            return
        self._at = self._match.end()
        self.sign = self._match[0].strip()


def _compared(sign: str, left: Worked, right: Worked) -> Worked:
    if sign in _COMPARE:
        compare = _COMPARE[sign]
        return lambda row: compare(_number(left(row)), _number(right(row)))
    wanted = sign in {"=", "=="}
    return lambda row: (left(row) == right(row)) is wanted


def _concatenated(left: Worked, right: Worked) -> Worked:
    return lambda row: _text(left(row)) + _text(right(row))


def _calculated(sign: str, left: Worked, right: Worked) -> Worked:
    def work(row: Row) -> object:
        one, two = left(row), right(row)
        if not (_is_number(one) and _is_number(two)):
            return None  # blanks are treated as blanks
        match sign:
            case "+":
                return _number(one) + _number(two)
            case "-":
                return _number(one) - _number(two)
            case "*":
                return _number(one) * _number(two)
            case _:
                return _number(one) / _number(two) if two else None

    return work


def _if(given: Sequence[Worked]) -> Worked:
    condition, then, otherwise = given[:3]
    return lambda row: then(row) if condition(row) else otherwise(row)


def _case(given: Sequence[Worked]) -> Worked:
    asked, *rest = given
    pairs, otherwise = list(zip(rest[:-1:2], rest[1::2], strict=True)), rest[-1]

    def work(row: Row) -> object:
        value = asked(row)
        chosen = (result for one, result in pairs if one(row) == value)
        return next(chosen, otherwise)(row)

    return work


def _is_picked(given: Sequence[Worked]) -> Worked:
    return lambda row: _text(given[0](row)) == _text(given[1](row))


def _image(given: Sequence[Worked]) -> Worked:
    def work(row: Row) -> object:
        source, alternative = _text(given[0](row)), _text(given[1](row))
        return f'<img src="{source}" alt="{alternative}" border="0"/>'

    return work


_FUNCTIONS: Mapping[str, tuple[int, Callable[[Sequence[Worked]], Worked]]] = {
    "IF": (3, _if),
    "CASE": (4, _case),
    "ISPICKVAL": (2, _is_picked),
    "IMAGE": (2, _image),
    "TEXT": (1, lambda given: lambda row: _text(given[0](row))),
    "ISBLANK": (1, lambda given: lambda row: given[0](row) in (None, "")),
    "BLANKVALUE": (2, lambda given: lambda row: given[0](row) or given[1](row)),
    "NOT": (1, lambda given: lambda row: not given[0](row)),
    "AND": (1, lambda given: lambda row: all(one(row) for one in given)),
    "OR": (1, lambda given: lambda row: any(one(row) for one in given)),
}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)

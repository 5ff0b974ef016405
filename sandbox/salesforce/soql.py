"""SOQL as text: what a query says, read into values. Errors point with a caret, as the API's."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox.salesforce.refusals import Refusal
from sandbox.salesforce.tokens import Token, is_real, pointed, tokens, unescaped

_AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG"})
_WORD_SIGNS = frozenset({"LIKE", "IN", "NOT", "INCLUDES", "EXCLUDES"})
_RESERVED = frozenset(
    [
        "FROM",
        "WHERE",
        "ORDER",
        "GROUP",
        "BY",
        "LIMIT",
        "OFFSET",
        "AND",
        "OR",
        "ASC",
        "DESC",
        "NULLS",
        "HAVING",
        "FOR",
    ]
)


@dataclass(frozen=True, slots=True)
class Path:
    """A field, maybe through parents: ("Account", "Industry"). `at` is its place in the text."""

    steps: tuple[str, ...]
    at: int

    @property
    def text(self) -> str:
        return ".".join(self.steps)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value in the text. `kind`: text, number, moment, day, flag, null or date (TODAY ...).

    `raw` keeps the backslashes, which LIKE reads in its own way.
    """

    kind: str
    value: str
    raw: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    path: Path
    sign: str  # = != < <= > >= LIKE IN "NOT IN" INCLUDES EXCLUDES
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


Condition = Comparison | All | Any | Not


@dataclass(frozen=True, slots=True)
class Aggregate:
    function: str
    path: Path | None
    alias: str


@dataclass(frozen=True, slots=True)
class TypeOf:
    """What is shown of a reference that leads to one of several objects: fields by object."""

    path: Path
    cases: tuple[tuple[str, tuple[Path, ...]], ...]
    otherwise: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Order:
    path: Path
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT. A child query stands among the selected of its parent."""

    text: str
    type: str
    type_at: int
    fields: tuple[Path, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    children: tuple["Query", ...] = ()
    typeofs: tuple[TypeOf, ...] = ()
    all_fields: str = ""  # FIELDS(ALL), FIELDS(STANDARD), FIELDS(CUSTOM)
    where: Condition | None = None
    group: tuple[Path, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0


@dataclass(slots=True)
class _Selected:
    """What stands between SELECT and FROM, as far as it is read."""

    fields: list[Path] = field(default_factory=list)
    aggregates: list[Aggregate] = field(default_factory=list)
    children: list[Query] = field(default_factory=list)
    typeofs: list[TypeOf] = field(default_factory=list)


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        Refusal: MALFORMED_QUERY, with the place.
    """
    reader = _Reader(text)
    query = reader.query()
    if reader.now.kind != "end":
        raise reader.unexpected()
    return query


class _Reader:
    """Reads from left to right; each method reads one thing and leaves the place after it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._next = 0

    @property
    def now(self) -> Token:
        return self._tokens[self._next]

    def unexpected(self) -> Refusal:
        token = self.now
        said = "<EOF>" if token.kind == "end" else token.text
        return pointed(self._text, token.at, f"unexpected token: '{said}'", "MALFORMED_QUERY")

    def query(self) -> Query:
        self._expect("SELECT")
        selected = _Selected()
        all_fields = self._fields_function()
        while not all_fields:
            self._select(selected)
            if not self._took(","):
                break
        self._expect("FROM")
        type_ = self._name()
        if self.now.kind == "name" and not self._at_clause():
            self._step()  # an alias of the object; fields do without it
        return Query(
            self._text,
            type_.text,
            type_.at,
            tuple(selected.fields),
            tuple(selected.aggregates),
            tuple(selected.children),
            tuple(selected.typeofs),
            all_fields,
            self._condition() if self._took("WHERE") else None,
            self._group(),
            self._orders(),
            self._whole() if self._took("LIMIT") else None,
            (self._whole() or 0) if self._took("OFFSET") else 0,
        )

    def _at_clause(self) -> bool:
        return self.now.says("WHERE", "GROUP", "ORDER", "LIMIT", "OFFSET", "HAVING", "FOR", "WITH")

    def _fields_function(self) -> str:
        if not (self.now.says("FIELDS") and self._tokens[self._next + 1].text == "("):
            return ""
        self._step()
        self._expect("(")
        scope = self._name().text.upper()
        self._expect(")")
        return scope

    def _select(self, selected: _Selected) -> None:
        if self._took("("):
            selected.children.append(self.query())
            self._expect(")")
            return
        if self._took("TYPEOF"):
            selected.typeofs.append(self._typeof())
            return
        name = self._name()
        if self.now.text == "(":
            selected.aggregates.append(self._aggregate(name, len(selected.aggregates)))
        else:
            selected.fields.append(_path(name))

    def _typeof(self) -> TypeOf:
        path = _path(self._name())
        cases = []
        while self._took("WHEN"):
            type_ = self._name().text
            self._expect("THEN")
            cases.append((type_, self._paths()))
        otherwise = self._paths() if self._took("ELSE") else ()
        self._expect("END")
        return TypeOf(path, tuple(cases), otherwise)

    def _aggregate(self, name: Token, number: int) -> Aggregate:
        function = name.text.upper()
        if function not in _AGGREGATES:
            raise pointed(
                self._text, name.at, f"unexpected token: '{name.text}'", "MALFORMED_QUERY"
            )
        self._expect("(")
        path = None if self.now.text == ")" else _path(self._name())
        self._expect(")")
        alias = f"expr{number}"
        if self.now.kind == "name" and not self.now.says(*_RESERVED):
            alias = self._step().text
        return Aggregate(function, path, alias)

    def _condition(self) -> Condition:
        first = self._term()
        if self.now.says("AND"):
            return All(tuple(self._more(first, "AND", "OR")))
        if self.now.says("OR"):
            return Any(tuple(self._more(first, "OR", "AND")))
        return first

    def _more(self, first: Condition, word: str, other: str) -> Iterator[Condition]:
        yield first
        while self._took(word):
            yield self._term()
        if self.now.says(other):
            raise self.unexpected()  # AND and OR mix only inside parentheses

    def _term(self) -> Condition:
        if self._took("NOT"):
            return Not(self._term())
        if self._took("("):
            inside = self._condition()
            self._expect(")")
            return inside
        return self._comparison()

    def _comparison(self) -> Comparison:
        path = _path(self._name())
        sign = self._sign()
        if sign in {"IN", "NOT IN", "INCLUDES", "EXCLUDES"}:
            return Comparison(path, sign, tuple(self._list()))
        return Comparison(path, sign, (self._literal(),))

    def _sign(self) -> str:
        token = self.now
        if token.kind == "sign":
            self._step()
            return "!=" if token.text == "<>" else token.text
        if not token.says(*_WORD_SIGNS):
            raise self.unexpected()
        word = self._step().text.upper()
        if word == "NOT":
            self._expect("IN")
            return "NOT IN"
        return word

    def _list(self) -> Iterator[Literal]:
        self._expect("(")
        while True:
            yield self._literal()
            if not self._took(","):
                break
        self._expect(")")

    def _literal(self) -> Literal:
        token = self.now
        if token.kind == "text":
            self._step()
            raw = token.text[1:-1]
            return Literal("text", unescaped(raw), raw)
        if token.kind in {"number", "moment", "day"}:
            if token.kind != "number" and not is_real(token.text):
                raise self.unexpected()
            self._step()
            return Literal(token.kind, token.text)
        if token.kind == "name" and not token.says("SELECT"):
            self._step()
            return _word(token.text)
        raise self.unexpected()

    def _group(self) -> tuple[Path, ...]:
        if not self._took("GROUP"):
            return ()
        self._expect("BY")
        return self._paths()

    def _paths(self) -> tuple[Path, ...]:
        paths = [_path(self._name())]
        while self._took(","):
            paths.append(_path(self._name()))
        return tuple(paths)

    def _orders(self) -> tuple[Order, ...]:
        if not self._took("ORDER"):
            return ()
        self._expect("BY")
        orders = [self._order()]
        while self._took(","):
            orders.append(self._order())
        return tuple(orders)

    def _order(self) -> Order:
        path = _path(self._name())
        descending = not self._took("ASC") and self._took("DESC")
        nulls_last = False
        if self._took("NULLS"):
            nulls_last = self._took("LAST")
            if not nulls_last:
                self._expect("FIRST")
        return Order(path, descending, nulls_last)

    def _whole(self) -> int:
        token = self.now
        if token.kind != "number" or not token.text.isdigit():
            raise self.unexpected()
        return int(self._step().text)

    def _name(self) -> Token:
        if self.now.kind != "name" or self.now.says(*_RESERVED):
            raise self.unexpected()
        return self._step()

    def _took(self, word: str) -> bool:
        if not self.now.says(word):
            return False
        self._step()
        return True

    def _expect(self, word: str) -> None:
        if not self._took(word):
            raise self.unexpected()

    def _step(self) -> Token:
        token = self.now
        self._next += token.kind != "end"
        return token


def _path(token: Token) -> Path:
    return Path(tuple(token.text.split(".")), token.at)


def _word(text: str) -> Literal:
    upper = text.upper()
    if upper in {"TRUE", "FALSE"}:
        return Literal("flag", upper.lower())
    if upper == "NULL":
        return Literal("null", "")
    return Literal("date", upper)

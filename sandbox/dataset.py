"""People and companies, English and Japanese, drawn from a seeded source; none is real."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeVar

from sandbox.plot import fit, words

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Firm:
    """A company as a form or a business card tells of it; None is what nobody filled in."""

    name: str
    domain: str
    industry: str | None
    employees: int | None
    revenue: int | None  # in yen
    country: str | None
    state: str | None
    city: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a company."""

    first: str
    last: str
    title: str | None
    email: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Prospect:
    """A person and a company. `fits` was true before anything was left blank."""

    person: Person
    firm: Firm
    fits: bool


_BLANKS = {"industry": 0.09, "employees": 0.12, "country": 0.05, "title": 0.12, "revenue": 0.2}
_FIT_TRADES = tuple(one for one in words.TRADES if one.name in fit.INDUSTRIES)
_EXCLUDED_TRADES = tuple(one for one in words.TRADES if one.name in fit.EXCLUDED)
_OTHER_TRADES = tuple(
    one for one in words.TRADES if one not in _FIT_TRADES and one not in _EXCLUDED_TRADES
)
_YEN_A_HEAD = 18_000_000
_DRAWS = 200  # far more than a draw ever needs; a profile that nothing meets shall not hang


@dataclass(frozen=True, slots=True)
class _Mould:
    """A sort of company: its trades, the range of its size, how often its people are senior."""

    trades: tuple[words.Trade, ...]
    smallest: int
    largest: int
    senior: float
    abroad: float = 0.1


_IDEAL = _Mould(_FIT_TRADES, 300, 5000, 0.72, 0.02)
_MOULDS = (  # those that are not ideal, with their weights
    (0.34, _Mould(_OTHER_TRADES, 3, 280, 0.4)),
    (0.22, _Mould(_FIT_TRADES, 3, 280, 0.3, 0.2)),
    (0.24, _Mould(_OTHER_TRADES, 300, 5000, 0.12, 0.2)),
    (0.08, _Mould(_FIT_TRADES + _OTHER_TRADES, 5001, 60000, 0.3)),
    (0.12, _Mould(_EXCLUDED_TRADES, 40, 6000, 0.3)),
)


def draw_prospect(rng: Random, key: str, *, fits: bool) -> Prospect:
    """A prospect that is, or is not, an ideal customer, with the usual blanks.

    Attributes are drawn as they occur together; draws that fall on the wrong side are drawn
    again, so that the flag follows from the attributes and not the other way round.
    """
    for _ in range(_DRAWS):
        mould = _IDEAL if fits else _mould(rng)
        firm, english = _firm(rng, mould)
        title = draw_title(rng, english=english, senior=rng.random() < mould.senior)
        if fit.flag(firm.industry, firm.employees, firm.country, title) is fits:
            person = draw_person(rng, key, firm, title=title, english=english)
            return _with_blanks(rng, Prospect(person, firm, fits))
    raise AssertionError("The moulds never meet the profile.")


def draw_person(
    rng: Random, key: str, firm: Firm, *, title: str | None = None, english: bool | None = None
) -> Person:
    """Somebody at the company. The key makes the address different from every other."""
    if english is None:
        english = is_english(firm)
    if english:
        first, last = _pick(rng, words.ENGLISH_FIRST), _pick(rng, words.ENGLISH_LAST)
        address = f"{first}.{last}".lower().replace("'", "")
    else:
        first, given = _pick(rng, words.JAPANESE_FIRST)
        last, family = _pick(rng, words.JAPANESE_LAST)
        address = f"{given}.{family}"
    return Person(first, last, title, f"{address}.{key}@{firm.domain}")


def is_english(firm: Firm) -> bool:
    """Whether people there write English; told by the domain, which is never left blank."""
    return not firm.domain.endswith(".jp.example")


def draw_title(rng: Random, *, english: bool, senior: bool) -> str:
    if english:
        return _pick(rng, words.ENGLISH_SENIOR if senior else words.ENGLISH_JUNIOR)
    rank = _pick(rng, words.JAPANESE_SENIOR if senior else words.JAPANESE_JUNIOR)
    if rank == "取締役":
        return rank
    return f"{_pick(rng, words.JAPANESE_DEPARTMENTS)} {rank}"


def as_student(rng: Random, key: str, prospect: Prospect) -> Prospect:
    """The same person as a student who writes from a free mail address."""
    title = _pick(rng, ("学生", "Student"))
    email = f"{key}.{rng.randrange(10_000):04}@{_pick(rng, words.FREE_MAIL)}"
    firm = replace(prospect.firm, industry="Education")
    return Prospect(replace(prospect.person, title=title, email=email), firm, fits=False)


def as_test(prospect: Prospect) -> Prospect:
    """What somebody typed in to try the form."""
    person = replace(prospect.person, first="テスト", last="Test", title=None)
    firm = replace(prospect.firm, name="テスト株式会社", industry=None, employees=1)
    return Prospect(person, firm, fits=False)


def as_competitor(rng: Random, prospect: Prospect) -> Prospect:
    """The same person at a competitor."""
    return replace(prospect, firm=replace(prospect.firm, name=_pick(rng, words.COMPETITORS)))


def _pick(rng: Random, options: Sequence[_T]) -> _T:
    """As `Random.choice`, in a third of its time; a large story draws a million times."""
    return options[int(rng.random() * len(options))]


def _mould(rng: Random) -> _Mould:
    left = rng.random()
    for weight, mould in _MOULDS:
        left -= weight
        if left < 0:
            return mould
    return _MOULDS[0][1]


def _firm(rng: Random, mould: _Mould) -> tuple[Firm, bool]:
    trade = _pick(rng, mould.trades)
    country, state, city = _place(rng, mould.abroad)
    english = country != "Japan"
    name, domain = _english_name(rng, trade) if english else _japanese_name(rng, trade)
    employees = _size(rng, mould.smallest, mould.largest)
    revenue = round(employees * _YEN_A_HEAD * rng.uniform(0.4, 2.2), -6)
    return Firm(name, domain, trade.name, employees, int(revenue), country, state, city), english


def _size(rng: Random, smallest: int, largest: int) -> int:
    """Small companies are the more frequent ones, on every scale."""
    return int(smallest * (largest / smallest) ** rng.random())


def _place(rng: Random, abroad: float) -> tuple[str, str, str]:
    chance = rng.random()
    if chance < abroad:
        return _pick(rng, words.OTHER_PLACES)
    if chance < abroad + 0.17:
        return "United States", *_pick(rng, words.AMERICAN_PLACES)
    at = int(len(words.JAPANESE_PLACES) * rng.random() ** 1.6)
    return "Japan", *words.JAPANESE_PLACES[at]


def _japanese_name(rng: Random, trade: words.Trade) -> tuple[str, str]:
    head, latin_head = _pick(rng, words.COMPANY_HEADS)
    middle, latin_middle = _pick(rng, words.COMPANY_MIDDLES)
    tail, latin_tail = _pick(rng, trade.japanese)
    core = f"{head}{middle}{tail}"
    form = rng.randrange(4)
    name = (f"株式会社{core}", f"{core}株式会社", f"(株){core}", f"{core}合同会社")[form]
    return name, f"{latin_head}{latin_middle}-{latin_tail}.co.jp.example"


def _english_name(rng: Random, trade: words.Trade) -> tuple[str, str]:
    head, middle = _pick(rng, words.ENGLISH_HEADS), _pick(rng, words.ENGLISH_MIDDLES)
    tail = _pick(rng, trade.english)
    name = " ".join(part for part in (head, middle, tail) if part)
    return f"{name}, {_pick(rng, words.ENGLISH_FORMS)}", f"{head}{middle}-{tail}.example".lower()


def _with_blanks(rng: Random, prospect: Prospect) -> Prospect:
    blank = {name for name, chance in _BLANKS.items() if rng.random() < chance}
    if not blank:
        return prospect
    person, firm = prospect.person, prospect.firm
    if "title" in blank:
        person = replace(person, title=None)
    if "country" in blank:
        blank |= {"state", "city"}
    unknown: dict[str, Any] = dict.fromkeys(blank - {"title"})
    firm = replace(firm, **unknown) if unknown else firm
    return Prospect(person, firm, prospect.fits)

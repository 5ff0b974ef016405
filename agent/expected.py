"""What records are expected to be worth: the account's value, or the estimate for its flag."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from agent.wiring import Books
from bbm_core.balance.worth import Expectation, expectation
from bbm_core.errors import ConfigError
from bbm_core.icp.classify import Flag
from bbm_core.records import RecordKind, RecordRef


@dataclass(frozen=True, slots=True)
class Worth:
    """Known values by account, and what is expected of the others."""

    known: Mapping[str, Decimal]
    expected: Expectation

    def of(self, account: str | None, flag: Flag) -> tuple[Decimal, bool]:
        """The value, and whether it is an estimate."""
        value = self.known.get(account or "")
        return (self.expected.of(flag), True) if value is None else (value, False)


def worth_of(books: Books) -> Worth:
    """The values that `bbm ltv` found.

    Raises:
        ConfigError: there are none yet, or too few to expect anything of others.
    """
    values = books.store.customer_values()
    known = {name: one.ltv for name, one in values.items() if one.ltv is not None}
    flags = _flags(books, known)
    expected = expectation((flags.get(name, Flag.UNKNOWN), ltv) for name, ltv in known.items())
    if expected is None:
        raise ConfigError(
            f"Only {len(known)} customers have a lifetime value, too few to expect any of others.",
            hint="Run `bbm ltv`; it says what each customer is worth, or what it lacks.",
            code="BBM-BL-007",
        )
    return Worth(known, expected)


def _flags(books: Books, customers: Mapping[str, Decimal]) -> Mapping[str, Flag]:
    refs = [RecordRef(RecordKind.ACCOUNT, name) for name in customers]
    kept = books.store.known(refs)
    return {ref.id: one.flag for ref, one in kept.items() if one.flag is not None}

"""What customers are worth, as it was last found: the table that every other part reads."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, delete, insert, select

from agent.store import codec, schema
from agent.store.database import Database
from bbm_core.value.customer import CustomerValue, LtvClass, Rung


class CustomerValues(Database):
    """Keeps one value a customer."""

    def keep_customer_values(self, values: Iterable[CustomerValue], now: datetime) -> None:
        """Put these in the place of all that were kept."""
        rows = [_to_row(value, now) for value in values]
        with self._writing() as connection:
            connection.execute(delete(schema.customer_value))
            if rows:
                connection.execute(insert(schema.customer_value), rows)

    def customer_values(self) -> Mapping[str, CustomerValue]:
        """The values by the account's id; none before `bbm ltv` has run."""
        table = schema.customer_value
        with self._reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.customer)).all()
        return {row.customer: _to_value(row) for row in rows}

    def customer_values_found_at(self) -> datetime | None:
        """When the values that are kept were found."""
        query = select(schema.customer_value.c.found_at).limit(1)
        with self._reading() as connection:
            found: datetime | None = connection.execute(query).scalar()
        return found


# Asking an enum for a member costs several times a look-up.
_RUNGS = {rung.value: rung for rung in Rung}
_CLASSES = {one.value: one for one in LtvClass}


def _to_row(value: CustomerValue, now: datetime) -> Mapping[str, object]:
    body = {
        "realised": str(value.realised),
        "orders": value.orders,
        "first": None if value.first is None else value.first.isoformat(),
        "left": value.left,
    }
    return {
        "customer": value.customer,
        "ltv_class": value.ltv_class.value,
        "ltv": None if value.ltv is None else str(value.ltv),
        "rung": value.rung.value,
        "body": codec.dump(body),
        "found_at": now,
    }


def _to_value(row: Row[Any]) -> CustomerValue:
    body = codec.load(row.body)
    return CustomerValue(
        customer=row.customer,
        rung=_RUNGS[row.rung],
        ltv=None if row.ltv is None else Decimal(row.ltv),
        realised=Decimal(body["realised"]),
        orders=body["orders"],
        first=None if body["first"] is None else date.fromisoformat(body["first"]),
        left=body["left"],
        ltv_class=_CLASSES[row.ltv_class],
    )

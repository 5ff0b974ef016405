"""What the checks need to know: whose words mean what, and where figures deserve attention."""

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from agent.config.section import Section


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


_Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
_Line = Annotated[float, Field(gt=0, le=1)]
_Guide = Annotated[tuple[_Line, _Line], BeforeValidator(_as_tuple)]


class ChecksSettings(Section):
    """The standing checks. What is left out here is named by `bbm checks` where it is missing."""

    accepted: _Names = Field(default=(), examples=[["Qualified", "Closed - Converted"]])
    """Statuses that mean: sales has accepted what marketing handed over."""
    sent_back: _Names = Field(default=(), examples=[["Closed - Not Converted"]])
    """Statuses that mean: sales has sent it back."""
    handover: str = "handover"
    """The stage in which sales takes over; the follow-up is timed from it."""
    follow_up_hours: int = Field(default=48, ge=1, le=2000)
    """Within how many hours a record that was handed over should be touched."""
    market: str = ""
    """The attribute that divides the market. Empty: the first of `slices`."""
    customer_name: str = "company"
    """The attribute that names a customer. Without a value, its id is shown."""
    customer_stage: str = "customer"
    """The stage of existing customers; whoever leaves it is a lost customer."""
    months: int = Field(default=12, ge=3, le=60)
    """Months of closed business that count for concentration, orientation and reach."""
    weeks: int = Field(default=13, ge=4, le=52)
    """Weeks that are compared with as many before them, for volume against quality."""
    product_line: str = ""
    """The attribute of opportunities that names the product line, for `bbm fit`."""
    targets: str = Field(default="", examples=["targets.csv"])
    """Sales targets as CSV: team, period (2026Q3 or 2026-07) and target."""
    leaving: float | None = Field(default=None, ge=0, le=1, examples=[0.1])
    """The share of customers that leaves in a year, where no renewals are recorded."""
    named_accounts: str = Field(default="", examples=["named-accounts.csv"])
    """The accounts of an account-based profile, as CSV with a column `id`."""
    named_attribute: str = Field(default="", examples=["target_account"])
    """Or the attribute (a flag) that marks them."""
    top_customers: int = Field(default=10, ge=0, le=1000)
    """Losing one of so many largest customers is an alert, as is losing one in the ICP."""
    loss_alerts: bool = True
    """Tell of lost top and ICP customers, and of their lost renewals, where alerts go."""
    top1: _Guide = (0.10, 0.20)
    """Guide lines of the largest customer's share: worth a look, a risk."""
    top3: _Guide = (0.25, 0.40)
    """The same for the three largest."""
    top10: _Guide = (0.40, 0.60)
    """The same for the ten largest."""
    hhi: _Guide = (0.10, 0.25)
    """The same for the Herfindahl-Hirschman index, from 0 to 1."""

    @model_validator(mode="after")
    def _makes_sense(self) -> "ChecksSettings":
        for name in ("top1", "top3", "top10", "hhi"):
            watch, high = getattr(self, name)
            if watch >= high:
                raise ValueError(
                    f"{name}: the first line ({watch}) must be below the second ({high})"
                )
        if both := sorted({*self.accepted} & {*self.sent_back}):
            raise ValueError(f"a status cannot mean accepted and sent back: {', '.join(both)}")
        return self

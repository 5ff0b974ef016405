"""What the company wants and what it has for it; and the measures it may take."""

from datetime import timedelta
from typing import Annotated

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from agent.config.section import Section
from bbm_core.icp.profile import Label
from bbm_core.prescribe.estimates import POWER, Given
from bbm_core.prescribe.measure import Direction
from bbm_core.prescribe.steady import SteadySettings


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Stages = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


_RANGES = {
    "people": "write a number above 0; leave it out where nobody sells yet",
    "hours_per_person_month": "write hours a month, above 0 and at most 744",
    "gross_margin": "write a share above 0 and at most 1, such as 0.6 for 60 %; without any margin "
    "no plan earns anything",
    "budget_month": "write an amount, 0 or more",
    "revenue_month": "write an amount above 0; leave it out where there is no target",
}
"""What to write, where one of the numbers is not one of those that make sense."""


class TargetSettings(Section):
    """Four numbers make a prescription: people, their hours, gross margin, budget."""

    people: float | None = Field(default=None, gt=0, examples=[6])
    """Selling people, in full-time terms."""
    hours_per_person_month: float | None = Field(default=None, gt=0, le=744, examples=[100])
    """Hours a month that one of them has for leads and opportunities."""
    gross_margin: float | None = Field(default=None, gt=0, le=1, examples=[0.6])
    """Gross margin as a share of revenue: 0.6 is 60 %."""
    budget_month: float | None = Field(default=None, ge=0, examples=[2_000_000])
    """What may be spent on measures a month, in the currency of the figures."""
    revenue_month: float | None = Field(default=None, gt=0, examples=[30_000_000])
    """Revenue of new business to be won a month; optional, and then every verdict says what it
    takes."""
    max_largest_share: float = Field(default=0.20, gt=0, le=1)
    """The share of revenue that one customer may have."""
    max_hhi: float = Field(default=0.25, gt=0, le=1)
    """The highest Herfindahl index of revenue by customer; 0.25 is four customers of one size."""
    exploration_floor: float = Field(default=0.10, ge=0, le=1)
    """The least share of worked leads from markets that hold no customer yet."""
    profit_tolerance: float = Field(default=0.05, gt=0, lt=1)
    """How far below the best profit a plan may lie whose ICP rate is still in the band."""
    response_power: float | None = Field(default=None, gt=0, lt=1, examples=[POWER])
    """How leads respond to money: twice the spend brings 2 to this power times the leads."""
    dwell_weeks: int = Field(default=8, ge=0, le=104)
    """Weeks that a change of direction is left alone before another one."""
    max_step: float = Field(default=0.20, gt=0, le=1)
    """The share of the budget that one step may move."""

    @field_validator(*_RANGES, mode="wrap")
    @classmethod
    def _in_words(
        cls, value: object, check: ValidatorFunctionWrapHandler, field: ValidationInfo
    ) -> object:
        try:
            return check(value)
        except ValidationError as error:
            raise ValueError(_RANGES[field.field_name or ""]) from error

    @property
    def given(self) -> Given:
        return Given(
            people=self.people,
            hours_each=self.hours_per_person_month,
            margin=self.gross_margin,
            budget=self.budget_month,
            power=self.response_power,
        )

    @property
    def steady(self) -> SteadySettings:
        return SteadySettings(dwell=timedelta(weeks=self.dwell_weeks), most_step=self.max_step)


class CatalogueSettings(Section):
    """A measure of the catalogue, changed, or one of your own. Ratios are to your average lead."""

    use: bool = True
    """false takes it out of the catalogue."""
    label: Label | None = None
    """What people call it; needed for one of your own."""
    direction: Direction | None = Field(default=None, examples=["quality"])
    """Which way it pulls the balance; needed for one of your own."""
    stages: Stages | None = Field(default=None, examples=[["acquisition"]])
    """Stages it suits. Empty: any."""
    odds: float | None = Field(default=None, gt=0, examples=[3.0])
    """Odds that its leads match the ICP, times those of the average lead."""
    cost: float | None = Field(default=None, gt=0, examples=[2.5])
    """What a lead of it costs, times the average."""
    hours: float | None = Field(default=None, gt=0, examples=[1.0])
    """Sales hours that a worked lead of it takes, times the average."""
    lag_weeks: int | None = Field(default=None, ge=0, le=104, examples=[8])
    """Weeks until its first leads come."""

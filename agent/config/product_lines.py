"""What people know about a product line, for `bbm fit`."""

from pydantic import Field, model_validator

from agent.config.section import Section


class ProductLineSettings(Section):
    """One product line. Whatever is left out makes the answer of `bbm fit` provisional."""

    lowest_price: float | None = Field(default=None, gt=0, examples=[50_000])
    """What the smallest plan costs a year."""
    highest_price: float | None = Field(default=None, gt=0, examples=[5_000_000])
    """What the largest plan costs a year."""
    smallest_buyer: float | None = Field(default=None, gt=0, examples=[30])
    """The size of the smallest buyers, in employees or any other unit."""
    largest_buyer: float | None = Field(default=None, gt=0, examples=[10_000])
    """The size of the largest buyers, in the same unit."""
    buyers: int | None = Field(default=None, ge=1, examples=[8_000])
    """About how many possible buyers there are."""

    @model_validator(mode="after")
    def _ends_in_order(self) -> "ProductLineSettings":
        for low, high in (("lowest_price", "highest_price"), ("smallest_buyer", "largest_buyer")):
            first, second = getattr(self, low), getattr(self, high)
            if first is not None and second is not None and first > second:
                raise ValueError(f"{low} ({first:g}) is above {high} ({second:g})")
        return self

"""Where a pull stands: in the first load, between two windows, or inside a window."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bbm_core.records import Watermark
from connectors.errors import ConfigError
from connectors.hubspot.errors import HINTS
from connectors.hubspot.session import Row


class _Mark(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Loading(_Mark):
    """The first load has brought the pages before `after`; it began at `began`."""

    step: Literal["loading"] = "loading"
    began: int
    after: str


class Part(_Mark):
    """Of the ids above `low` and below `end`, the next ones come with the cursor `after`."""

    after: str
    low: int
    end: int | None = None


class InParts(_Mark):
    """Of the first load, which began at `began`, only these parts are left."""

    step: Literal["parts"] = "parts"
    began: int
    parts: tuple[Part, ...] = Field(min_length=1)


class Exporting(_Mark):
    """Of the export that the first load asked for when it `began`, `done` rows were brought."""

    step: Literal["export"] = "export"
    began: int
    export: str
    total: int  # as a search counted them
    done: int = 0


class Covered(_Mark):
    """Every change before `until` was brought, and every deletion before `swept`."""

    step: Literal["covered"] = "covered"
    until: int
    swept: int


class InWindow(_Mark):
    """Of the changes from `low` to `high`, those of the ids up to `last` were brought."""

    step: Literal["window"] = "window"
    until: int
    swept: int
    low: int
    high: int
    last: int


Begun = Loading | InParts | Exporting
AnyMark = Begun | Covered | InWindow
_MARK: TypeAdapter[AnyMark] = TypeAdapter(Annotated[AnyMark, Field(discriminator="step")])


@dataclass(frozen=True, slots=True)
class Loaded:
    """Some rows, their companies as far as asked for, and where to go on; None: nowhere."""

    rows: list[Row]
    mark: Begun | None
    companies: Mapping[str, str] | None = None


def watermark_of(mark: AnyMark) -> Watermark:
    """The mark as everybody else keeps it."""
    return Watermark(mark.model_dump_json())


def mark_of(watermark: Watermark) -> AnyMark:
    """The mark that this connector once gave out.

    Raises:
        ConfigError: it is another connector's, or damaged.
    """
    try:
        return _MARK.validate_json(watermark)
    except ValidationError as error:
        raise ConfigError(
            "The kept watermark is not one of HubSpot's.",
            hint=HINTS["BBM-HS-060"],
            code="BBM-HS-060",
        ) from error

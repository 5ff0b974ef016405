"""The tables that people hand over: activities, the people who work in sales, costs."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from agent.config.section import Section

ActivityColumn = Literal["kind", "id", "at", "what", "by", "times"]
PersonColumn = Literal["id", "name", "team", "manager", "since"]

ACTIVITY_COLUMNS: dict[str, str] = {
    "kind": "record_kind",
    "id": "record_id",
    "at": "at",
    "what": "what",
    "by": "by",
    "times": "times",
}
PERSON_COLUMNS: dict[str, str] = {
    "id": "id",
    "name": "name",
    "team": "team",
    "manager": "manager",
    "since": "since",
}


class InputSettings(Section):
    """CSV files with a header, read at every sync; relative names count from this file's folder."""

    activities: str = Field(default="", examples=["activities.csv"])
    """Calls, meetings, page views: the record's id, when, what, by whom, how many times."""
    activity_columns: Mapping[ActivityColumn, str] = Field(default={}, examples=[ACTIVITY_COLUMNS])
    """What the columns of activities are called; those left out are called as shown here."""
    people: str = Field(default="", examples=["people.csv"])
    """Who owns records: id, name, team and manager, a row for each change with its day."""
    people_columns: Mapping[PersonColumn, str] = Field(default={}, examples=[PERSON_COLUMNS])
    """What the columns of people are called."""
    costs: str = Field(default="", examples=["costs.csv"])
    """What was spent: month, measure (or channel, or campaign), amount, currency."""

    @property
    def activity_names(self) -> Mapping[str, str]:
        """The columns of activities, those that keep their names included."""
        return ACTIVITY_COLUMNS | {str(name): text for name, text in self.activity_columns.items()}

    @property
    def people_names(self) -> Mapping[str, str]:
        """The columns of people, those that keep their names included."""
        return PERSON_COLUMNS | {str(name): text for name, text in self.people_columns.items()}

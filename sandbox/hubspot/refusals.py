"""What the portal refuses, in the words and shapes of the API's error bodies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

VALIDATION = "VALIDATION_ERROR"
SCOPES_PAGE = "https://developers.hubspot.com/scopes"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one property's value was refused."""

    name: str
    code: str
    message: str

    def as_detail(self) -> dict[str, object]:
        return {
            "message": self.message,
            "code": self.code,
            "context": {"propertyName": [self.name]},
        }

    def as_inline(self) -> dict[str, object]:
        return {"isValid": False, "message": self.message, "error": self.code, "name": self.name}


@dataclass(slots=True)
class Refused(Exception):
    """A request, or one input of a batch, that gets an error body instead of an answer."""

    status: int
    message: str
    category: str = VALIDATION
    sub_category: str = ""
    errors: Sequence[Mapping[str, object]] = ()
    context: Mapping[str, object] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    in_batch: Mapping[str, object] = field(default_factory=dict)  # context there, and only there

    def body(self) -> dict[str, object]:
        """The error as it stands in an answer; fields without content are left out."""
        optional: dict[str, object] = {
            "category": self.category,
            "subCategory": self.sub_category,
            "errors": list(self.errors),
            "context": dict(self.context),
        }
        present = {name: value for name, value in optional.items() if value}
        return {"status": "error", "message": self.message, **present, **self.more}


def bad_values(problems: Sequence[Problem]) -> Refused:
    """Properties that do not exist, or values that they do not take."""
    inline = orjson.dumps([one.as_inline() for one in problems]).decode()
    return Refused(
        400,
        f"Property values were not valid: {inline}",
        errors=[one.as_detail() for one in problems],
        problems=tuple(problems),
    )


def invalid(message: str, **context: Sequence[str]) -> Refused:
    return Refused(400, message, context={name: list(value) for name, value in context.items()})


def unreadable(message: str) -> Refused:
    """A body or a cursor that does not parse: the API names no category then."""
    return Refused(400, message, category="")


def no_such_record() -> Refused:
    return Refused(404, "Object not found.  objectId are usually numeric.", category="")


def no_such_resource(message: str = "resource not found") -> Refused:
    return Refused(404, message, category="OBJECT_NOT_FOUND")


def gone_from_batch(singular: str, ids: Sequence[str]) -> Refused:
    return Refused(
        404,
        f"Could not get some {singular.upper()} objects, they may be deleted or not exist. "
        "Check that ids are valid.",
        category="OBJECT_NOT_FOUND",
        context={"ids": list(ids)},
    )


def already_exists(singular: str, existing_id: str) -> Refused:
    return Refused(
        409,
        f"{singular.capitalize()} already exists. Existing ID: {existing_id}",
        category="CONFLICT",
        in_batch={"existingId": [existing_id]},
    )


def missing_scopes(scopes: Sequence[str], *, in_context: bool = False) -> Refused:
    """Both forms are seen: the scopes among the errors, or at the top."""
    message = "One or more of the following scopes are required."
    if in_context:
        named = {"requiredGranularScopes": list(scopes), "links": [SCOPES_PAGE]}
        return Refused(403, message, category="MISSING_SCOPES", context=named)
    detail = {"message": message, "context": {"requiredGranularScopes": list(scopes)}}
    return Refused(
        403,
        "This app hasn't been granted all required scopes to make this call. "
        f"Read more about required scopes here: {SCOPES_PAGE}.",
        category="MISSING_SCOPES",
        errors=[detail],
        more={"links": {"scopes": SCOPES_PAGE}},
    )

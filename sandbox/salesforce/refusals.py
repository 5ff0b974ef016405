"""What Salesforce refuses, with its own codes and words."""

from collections.abc import Sequence

_NO_SUCH_COLUMN = (
    "No such column '{field}' on entity '{type}'. If you are attempting to use a custom field, "
    "be sure to append the '__c' after the custom field name. Please reference your WSDL or the "
    "describe call for the appropriate names."
)


class Refusal(Exception):
    """One refused request or record: `status` for a request, `code` and `fields` for both.

    `more` holds what else is wrong with the same record, as with several validation rules.
    """

    def __init__(
        self,
        code: str,
        message: str,
        fields: Sequence[str] | None = None,
        *,
        status: int = 400,
        more: Sequence["Refusal"] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields
        self.status = status
        self.more = tuple(more)

    def body(self) -> list[dict[str, object]]:
        """As an answer to a whole request shows it."""
        return [one.in_answer() for one in (self, *self.more)]

    def in_answer(self) -> dict[str, object]:
        entry: dict[str, object] = {"message": self.message, "errorCode": self.code}
        return entry if self.fields is None else entry | {"fields": list(self.fields)}

    def in_collection(self) -> list[dict[str, object]]:
        """As a collection shows it for one record."""
        return [
            {"statusCode": one.code, "message": one.message, "fields": list(one.fields or ())}
            for one in (self, *self.more)
        ]


def no_such_column(field: str, type_: str) -> Refusal:
    return Refusal("INVALID_FIELD", _NO_SUCH_COLUMN.format(field=field, type=type_))


def no_such_write_column(field: str, type_: str) -> Refusal:
    """The shorter words that writes get, for a missing field as for an invisible one."""
    return Refusal("INVALID_FIELD", f"No such column '{field}' on sobject of type {type_}")


def not_writable(fields: Sequence[str]) -> Refusal:
    names = ", ".join(fields)
    return Refusal(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        f"Unable to create/update fields: {names}. Please check the security settings of this "
        "field and verify that it is read/write for your profile or permission set.",
        fields,
    )


def not_found() -> Refusal:
    return Refusal("NOT_FOUND", "The requested resource does not exist", status=404)


def deleted() -> Refusal:
    return Refusal("ENTITY_IS_DELETED", "entity is deleted", (), status=404)


def invalid_reference() -> Refusal:
    return Refusal("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", status=404)


def locked(id_: str) -> Refusal:
    return Refusal(
        "UNABLE_TO_LOCK_ROW",
        f"unable to obtain exclusive access to this record or 1 records: {id_}",
        (),
    )


def validation(messages: Sequence[str]) -> Refusal:
    """One refusal for all the validation rules that a record breaks."""
    first, *more = (Refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", one, ()) for one in messages)
    return Refusal(first.code, first.message, (), more=more)


def converted() -> Refusal:
    return Refusal("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", ())


def expired_session() -> Refusal:
    return Refusal("INVALID_SESSION_ID", "Session expired or invalid", status=401)


def limit_exceeded() -> Refusal:
    return Refusal("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)


def daily_limit(name: str, most: int) -> Refusal:
    """An allowance other than that of calls is used up."""
    words = {
        "DailyBulkV2QueryJobs": f"Max bulk v2 query jobs ({most}) per 24 hrs has been exceeded"
    }
    message = words.get(name, f"{name} ({most}) per 24 hrs has been exceeded")
    return Refusal("LIMIT_EXCEEDED", message)


def invalid_type(name: str) -> Refusal:
    return Refusal(
        "INVALID_TYPE",
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, "
        "be sure to append the '__c' after the entity name. Please reference your WSDL or the "
        "describe call for the appropriate names.",
    )

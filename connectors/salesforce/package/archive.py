"""The zip of a deploy, in the format of the Metadata API."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from bbm_core.records import FieldSpec
from connectors.salesforce.fields import OBJECTS, field_metadata, full_name
from connectors.salesforce.package.document import Body, document

_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC).timetuple()[:6]
"""Every file has this time, so that the same package makes the same bytes."""


def additions(fields: Sequence[FieldSpec], sets: Mapping[str, Body], version: str) -> bytes:
    """What makes or changes fields and permission sets."""
    inside: dict[str, list[Body]] = defaultdict(list)
    for spec in fields:
        body = {"fullName": spec.name, **field_metadata(spec)}
        inside[OBJECTS[spec.kind]].append(body)
    listed = {
        "CustomField": [full_name(spec) for spec in fields],
        "PermissionSet": list(sets),
    }
    files = {
        "package.xml": manifest(listed, version),
        **{
            f"objects/{name}.object": document("CustomObject", {"fields": bodies})
            for name, bodies in inside.items()
        },
        **{
            f"permissionsets/{name}.permissionset": document("PermissionSet", body)
            for name, body in sets.items()
        },
    }
    return zipped(files)


def removals(fields: Sequence[FieldSpec], version: str) -> bytes:
    """What takes fields away."""
    listed = {"CustomField": [full_name(spec) for spec in fields]}
    gone = manifest(listed, version)
    return zipped({"package.xml": manifest({}, version), "destructiveChanges.xml": gone})


def manifest(listed: Mapping[str, Sequence[str]], version: str) -> str:
    """A package.xml: the members of each type."""
    types = [
        {"members": sorted(members), "name": type_}
        for type_, members in sorted(listed.items())
        if members
    ]
    return document("Package", {"types": types, "version": version})


def zipped(files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(entry, files[name])
    return out.getvalue()

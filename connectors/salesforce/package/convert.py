"""A package's source as the zip that the Metadata API takes, as `sf` itself turns it around."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from connectors.salesforce.package.archive import manifest, zipped
from connectors.salesforce.package.document import NAMESPACE
from connectors.salesforce.package.source import ROOT

_META: Final = "-meta.xml"
_PART: Final = re.compile(r"objects/(\w+)/(fields|listViews)/(\w+)\.\w+-meta\.xml")
_TRANSLATION: Final = re.compile(r"objectTranslations/([\w-]+)/(\w+)\.fieldTranslation-meta\.xml")
_LABEL: Final = re.compile(r"<fullName>(\w+)</fullName>")
_PLAIN: Final[Mapping[str, str]] = {
    ".permissionset": "PermissionSet",
    ".report": "Report",
    ".dashboard": "Dashboard",
    ".labels": "CustomLabels",
    ".translation": "Translations",
}
_FOLDERS: Final = {".reportFolder": "Report", ".dashboardFolder": "Dashboard"}


def converted(source: Mapping[str, str], version: str) -> bytes:
    """The zip of a package; documentation and tests stay out."""
    files: dict[str, str] = {}
    listed: dict[str, list[str]] = defaultdict(list)
    inside: dict[str, list[str]] = defaultdict(list)
    for path, text in _metadata(source):
        if part := _PART.fullmatch(path):
            type_ = "CustomField" if part[2] == "fields" else "ListView"
            inside[f"objects/{part[1]}.object"].append(_nested(part[2], text))
            listed[type_].append(f"{part[1]}.{part[3]}")
        elif part := _TRANSLATION.fullmatch(path):
            name = f"objectTranslations/{part[1]}.objectTranslation"
            inside[name].append(_nested("fields", text))
        elif path.startswith("objectTranslations/"):
            listed["CustomObjectTranslation"].append(PurePosixPath(path).parent.name)
        else:
            name, type_, member = _whole(path)
            files[name] = text
            listed[type_].append(member)
            if type_ == "CustomLabels":
                listed["CustomLabel"].extend(_LABEL.findall(text))
    files.update({name: _holder(name, parts) for name, parts in inside.items()})
    unique = {type_: list(dict.fromkeys(names)) for type_, names in listed.items()}
    return zipped({**files, "package.xml": manifest(unique, version)})


def _metadata(source: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path, text in sorted(source.items()):
        if path.startswith(f"{ROOT}/") and "/__tests__/" not in path:
            yield path.removeprefix(f"{ROOT}/"), text


def _whole(path: str) -> tuple[str, str, str]:
    """The path in the zip of a file that is taken as it stands, and which component it is of."""
    place = PurePosixPath(path)
    if place.parts[0] == "lwc":
        return path, "LightningComponentBundle", place.parts[1]
    bare = PurePosixPath(path.removesuffix(_META))
    if bare.suffix in _FOLDERS:
        return f"{bare.with_suffix('')}{_META}", _FOLDERS[bare.suffix], bare.stem
    member = "/".join((*bare.parts[1:-1], bare.stem))
    return str(bare), _PLAIN[bare.suffix], member


def _nested(element: str, text: str) -> str:
    """A file's inside, one level deeper in the file that holds it."""
    lines = text.strip().splitlines()[2:-1]
    return "\n".join((f"    <{element}>", *(f"    {line}" for line in lines), f"    </{element}>"))


def _holder(path: str, parts: list[str]) -> str:
    type_ = "CustomObject" if path.startswith("objects/") else "CustomObjectTranslation"
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{type_} xmlns="{NAMESPACE}">\n'
    return head + "\n".join(parts) + f"\n</{type_}>\n"

"""The zip of a deploy: its manifests, and its files taken apart into components."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from sandbox.salesforce.metadata.grammar import Body, Problem, bodies, parse, text_of, texts_of

Name = tuple[str, str]
"""A component: its type and its full name, such as CustomField and Lead.BBM_ICP__c."""

MANIFEST = "package.xml"
REMOVALS = ("destructiveChangesPre.xml", "destructiveChanges.xml", "destructiveChangesPost.xml")
_MOST_BYTES = 39 * 1024 * 1024
_MOST_UNPACKED = 600 * 1024 * 1024
_MOST_FILES = 10_000
_FOLDED = {"Report": "ReportFolder", "Dashboard": "DashboardFolder"}


@dataclass(frozen=True, slots=True)
class Component:
    """One thing that a package brings."""

    type: str
    name: str
    file: str
    body: Body
    files: Mapping[str, bytes] = field(default_factory=dict)  # of a bundle, by their names
    problem: str = ""  # why nothing else is known of it


@dataclass(frozen=True, slots=True)
class Package:
    """An unpacked deploy."""

    components: tuple[Component, ...]
    listed: Mapping[str, tuple[str, ...]]  # type -> members of package.xml
    removals: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where a type is kept, and what its files are called and hold."""

    folder: str
    suffix: str
    root: str


_KINDS: Mapping[str, _Kind] = {
    "CustomObject": _Kind("objects", ".object", "CustomObject"),
    "PermissionSet": _Kind("permissionsets", ".permissionset", "PermissionSet"),
    "CustomLabels": _Kind("labels", ".labels", "CustomLabels"),
    "Translations": _Kind("translations", ".translation", "Translations"),
    "CustomObjectTranslation": _Kind(
        "objectTranslations", ".objectTranslation", "CustomObjectTranslation"
    ),
    "Report": _Kind("reports", ".report", "Report"),
    "Dashboard": _Kind("dashboards", ".dashboard", "Dashboard"),
}
_PARTS = {
    "CustomObject": {"CustomField": "fields", "ListView": "listViews"},
    "CustomLabels": {"CustomLabel": "labels"},
}
TYPES = frozenset(
    {
        *_KINDS,
        *_FOLDED.values(),
        *(part for parts in _PARTS.values() for part in parts),
        "LightningComponentBundle",
    }
)
"""The types that a sandbox's org takes."""


def unpack(raw: bytes, *, single: bool) -> Package:
    """Take a zip apart.

    Raises:
        Problem: there is no package in it.
    """
    found = _files(raw)
    if not single:
        found = _without_folder(found)
    if MANIFEST not in found:
        raise Problem("No package.xml found")
    listed = dict(_members(found.pop(MANIFEST)))
    unknown = [type_ for type_ in listed if type_ not in TYPES]
    if unknown:
        raise Problem(f"Unknown type name '{unknown[0]}' specified in package.xml")
    removals = tuple(
        (type_, name)
        for file in REMOVALS
        if file in found
        for type_, names in _members(found.pop(file))
        for name in names
    )
    return Package(tuple(_components(found)), listed, removals)


def _files(raw: bytes) -> dict[str, bytes]:
    if len(raw) > _MOST_BYTES:
        raise Problem(f"Maximum size of request reached. Maximum size of request is {_MOST_BYTES}")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as opened:
            inside = [one for one in opened.infolist() if not one.is_dir()]
            if len(inside) > _MOST_FILES or sum(one.file_size for one in inside) > _MOST_UNPACKED:
                raise Problem("The zip holds more than an org takes")
            return {one.filename: opened.read(one) for one in inside}
    except zipfile.BadZipFile as error:
        raise Problem("No package.xml found") from error


def _without_folder(found: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files below the one folder of a package, as archives have it that may hold several."""
    if MANIFEST in found:
        return dict(found)
    return {name.partition("/")[2]: raw for name, raw in found.items() if "/" in name}


def _members(raw: bytes) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in bodies(parse(raw, "Package"), "types"):
        members = tuple(member.rstrip("/") for member in texts_of(one, "members"))
        yield text_of(one, "name"), members


def _components(found: Mapping[str, bytes]) -> Iterator[Component]:
    for file in sorted(found):
        path = PurePosixPath(file)
        for type_, kind in _KINDS.items():
            if path.parts[0] != kind.folder:
                continue
            if file.endswith(kind.suffix):
                name = str(path.relative_to(kind.folder)).removesuffix(kind.suffix)
                yield from _read(type_, name, file, found[file])
            elif type_ in _FOLDED and file.endswith("-meta.xml"):
                name = path.name.removesuffix("-meta.xml")
                yield from _read(_FOLDED[type_], name, file, found[file])
    yield from _bundles(found)


def _read(type_: str, name: str, file: str, raw: bytes) -> Iterator[Component]:
    """A component, and those of which it is made."""
    try:
        body = parse(raw, type_)
    except Problem as error:
        yield Component(type_, name, file, {}, problem=error.problem)
        return
    yield Component(type_, name, file, body)
    prefix = f"{name}." if type_ == "CustomObject" else ""
    for part, element in _PARTS.get(type_, {}).items():
        for one in bodies(body, element):
            yield Component(part, f"{prefix}{text_of(one, 'fullName')}", file, one)


def _bundles(found: Mapping[str, bytes]) -> Iterator[Component]:
    inside: dict[str, dict[str, bytes]] = {}
    for file, raw in found.items():
        parts = PurePosixPath(file).parts
        if len(parts) > 2 and parts[0] == "lwc":  # noqa: PLR2004 - lwc, bundle, file
            inside.setdefault(parts[1], {})["/".join(parts[2:])] = raw
    for name, files in sorted(inside.items()):
        meta, file = files.get(f"{name}.js-meta.xml"), f"lwc/{name}/{name}.js-meta.xml"
        type_ = "LightningComponentBundle"
        if meta is None:
            yield Component(type_, name, file, {}, problem="A bundle needs a .js-meta.xml file")
            continue
        try:
            yield Component(type_, name, file, parse(meta, type_), files)
        except Problem as error:
            yield Component(type_, name, file, {}, files, error.problem)

"""The grammar of the metadata types, out of the WSDL that the real client brings."""

from collections.abc import Iterator
from importlib.resources import files

from lxml import etree

XSD = "{http://www.w3.org/2001/XMLSchema}"
ROOTS = (
    "CustomLabels",
    "CustomObject",
    "CustomObjectTranslation",
    "Dashboard",
    "DashboardFolder",
    "LightningComponentBundle",
    "Package",
    "PermissionSet",
    "Report",
    "ReportFolder",
    "Translations",
)
HEAD = "# type	element	holds	least	most; a line that begins with = is an enum and its values\n"


def table() -> str:
    """Every type that the sandbox takes, with all that can stand in it."""
    text = files("simple_salesforce").joinpath("metadata.wsdl").read_bytes()
    tree = etree.fromstring(text)
    types = {one.get("name"): one for one in tree.iter(XSD + "complexType") if one.get("name")}
    enums = {
        str(one.get("name")): [str(value.get("value")) for value in one.iter(XSD + "enumeration")]
        for one in tree.iter(XSD + "simpleType")
    }
    lines, found, todo = [], set[str](), sorted(ROOTS, reverse=True)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        if name in types:
            elements = list(_elements(types, name))
            lines.extend("\t".join((name, *one)) for one in elements)
            todo.extend(one[1] for one in elements)
        elif enums.get(name):
            lines.append(f"={name}\t{';'.join(enums[name])}")
    return HEAD + "\n".join(sorted(lines)) + "\n"


def _elements(types: dict[str, etree._Element], name: str) -> Iterator[tuple[str, str, str, str]]:
    type_ = types[name]
    for base in type_.iter(XSD + "extension"):
        parent = str(base.get("base")).rpartition(":")[2]
        if parent in types:
            yield from _elements(types, parent)
    for one in type_.iter(XSD + "element"):
        holds = str(one.get("type")).rpartition(":")[2]
        yield str(one.get("name")), holds, one.get("minOccurs", "1"), one.get("maxOccurs", "1")

"""Checks the package without an org: every file against the schema, and its conversion.

The schema is the one in the WSDL that simple-salesforce brings (API 63.0). One false alarm is
known: it has no types for what stands in `targetConfigs` of a component, so that is left out.
The conversion by Salesforce's own library has to say what `bbm fields export --format mdapi` says.
"""

import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from lxml import etree

HERE = Path(__file__).parents[1]
sys.path.insert(0, str(HERE.parents[1]))

from connectors.salesforce.package.convert import converted  # noqa: E402 - found by the line above
from connectors.salesforce.package.source import ROOT  # noqa: E402 - the same

XSD = "{http://www.w3.org/2001/XMLSchema}"
METADATA = "{http://soap.sforce.com/2006/04/metadata}"
VERSION = "66.0"


def schema() -> etree.XMLSchema:
    """The WSDL's types, each of which may be the root of a file."""
    wsdl = etree.fromstring(files("simple_salesforce").joinpath("metadata.wsdl").read_bytes())
    (inside,) = wsdl.iter(f"{XSD}schema")
    types = etree.fromstring(etree.tostring(inside))  # a document of its own, with its prefixes
    for one in types.findall(f"{XSD}complexType"):
        element = etree.SubElement(types, f"{XSD}element")
        element.set("name", str(one.get("name")))
        element.set("type", f"tns:{one.get('name')}")
    return etree.XMLSchema(types)


def schema_problems(source: Mapping[str, str]) -> Iterator[str]:
    known = schema()
    for path, text in source.items():
        if not path.endswith(".xml"):
            continue
        tree = etree.fromstring(text.encode())
        for one in tree.findall(f"{METADATA}targetConfigs"):
            tree.remove(one)
        if not known.validate(tree):
            yield f"{path}: {known.error_log.last_error}"


def conversion_problems(source: Mapping[str, str]) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        command = ["node", "scripts/convert.mjs", "force-app", folder]
        subprocess.run(command, cwd=HERE, check=True)  # noqa: S603 - our own script
        theirs = {
            str(one.relative_to(folder)): one.read_bytes()
            for one in Path(folder).rglob("*")
            if one.is_file()
        }
    with zipfile.ZipFile(io.BytesIO(converted(source, VERSION))) as opened:
        ours = {name: opened.read(name) for name in opened.namelist()}
    for name in sorted(theirs.keys() ^ ours.keys()):
        yield f"{name}: only {'ours' if name in ours else 'the library'} has it"
    for name in sorted(theirs.keys() & ours.keys()):
        if meaning(name, theirs[name]) != meaning(name, ours[name]):
            yield f"{name}: the library writes it otherwise"


def meaning(name: str, raw: bytes) -> object:
    """What a file says, whatever its indents and the order of what it lists."""
    if b"<?xml" not in raw[:60]:
        return raw
    if name == "package.xml":
        tree = etree.fromstring(raw)
        return {
            one.findtext(f"{METADATA}name"): sorted(
                str(member.text).rstrip("/") for member in one.iter(f"{METADATA}members")
            )
            for one in tree.iter(f"{METADATA}types")
        }
    return _told(etree.fromstring(raw))


def _told(node: etree._Element) -> object:
    inside = sorted((_told(one) for one in node), key=repr)
    return (node.tag, (node.text or "").strip(), dict(node.attrib), inside)


def main() -> int:
    source = {
        str(path.relative_to(HERE)): path.read_text(encoding="utf-8")
        for path in sorted((HERE / ROOT).rglob("*"))
        if path.is_file()
    }
    problems = [*schema_problems(source), *conversion_problems(source)]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    checked = sum(path.endswith(".xml") for path in source)
    sys.stdout.write(f"{checked} metadata files checked, {len(problems)} problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

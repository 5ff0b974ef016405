"""`bbm config`: check, show, schema, example."""

import json as json_text
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.cli.icp_show import definition_notes
from agent.cli.opening import config_path, open_config
from agent.cli.output import console, print_json, sign
from agent.clock import SystemClock
from agent.config import ConfigProblems, Loaded, Settings
from agent.config.shape import is_secret
from agent.config.templates import example_text
from agent.wiring import open_books
from bbm_core.errors import BBMError


def check(file: Path | None = None, /, *, config: Path | None = None, json: bool = False) -> int:
    """Validate the configuration without asking the CRM.

    Args:
        file: the file to check; the usual one where none is named.
        config: the same, as for every other command.
        json: one JSON document instead of text.
    """
    path = config_path(file or config)
    try:
        loaded = open_config(path)
        loaded.require_secrets()
    except ConfigProblems as error:
        if not json:
            raise
        problems = [
            {"where": p.where, "path": p.path, "what": p.what, "fix": p.fix} for p in error.problems
        ]
        print_json("bbm.config-check/1", SystemClock().now(), {"problems": problems})
        return error.exit_code
    notes = list(_notes(loaded))
    if json:
        body = {"problems": [], "notes": notes}
        print_json("bbm.config-check/1", SystemClock().now(), body)
    else:
        count = len(loaded.sources)
        console().print(f"{sign('ok')} {path} is valid: {count} settings given")
        for note in notes:
            console().print(f"  {sign('warn')} {note}")
    return 0


def _notes(loaded: Loaded) -> Iterator[str]:
    """Whether another ICP than the file's is in force; without a state none can be."""
    try:
        books = open_books(loaded, SystemClock())
    except BBMError:
        return  # the state is not what is checked here; whoever needs it says what is wrong
    with books:
        yield from definition_notes(books, loaded.path, loaded.settings.crm.lang)


def show(*, config: Path | None = None, json: bool = False) -> int:
    """Every setting in force and where it comes from. Secrets are masked.

    Args:
        config: the configuration file.
        json: one JSON document instead of text.
    """
    loaded = open_config(config)
    rows = list(_rows(loaded))
    if json:
        settings = [{"name": n, "value": v, "source": s} for n, v, s in rows]
        print_json("bbm.config/1", SystemClock().now(), {"settings": settings})
        return 0
    out = console()
    for name, value, source in rows:
        out.print(f"{name} = {value}   ({source})")
    return 0


def schema(*, json: bool = False) -> int:
    """The JSON Schema of the file, for editors.

    Args:
        json: the same inside a versioned document, as of every other command.
    """
    found = _without_nulls(Settings.model_json_schema())
    if json:
        print_json("bbm.config-schema/1", SystemClock().now(), {"json_schema": found})
    else:
        sys.stdout.write(json_text.dumps(found, indent=2) + "\n")
    return 0


def example(*, json: bool = False) -> int:
    """The commented example: every setting with its default.

    Args:
        json: one JSON document that holds the text.
    """
    if json:
        print_json("bbm.config-example/1", SystemClock().now(), {"toml": example_text()})
    else:
        sys.stdout.write(example_text())
    return 0


def _rows(loaded: Loaded) -> "list[tuple[str, Any, str]]":
    given = loaded.settings.model_dump(mode="json")
    rows = []
    for path in sorted(_leaves(given)):
        value: Any = given
        for key in path:
            value = value[key]
        name = ".".join(path)
        shown = "********" if is_secret(Settings, path) and value else _literal(value)
        rows.append((name, shown, _source(loaded, name)))
    return rows


def _literal(value: object) -> str:
    return json_text.dumps(value, ensure_ascii=False)


def _source(loaded: Loaded, name: str) -> str:
    found = loaded.sources.get(name)
    nested = next((s for n, s in loaded.sources.items() if n.startswith(f"{name}.")), None)
    return found or nested or "default"


def _leaves(value: object, path: tuple[str, ...] = ()) -> "list[tuple[str, ...]]":
    if isinstance(value, dict) and value:
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, (*path, key))]
    return [path]


def _without_nulls(schema: Any) -> Any:
    """TOML has no null, and editors explain a plain type better than a choice with null."""
    if isinstance(schema, list):
        return [_without_nulls(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    options = [o for o in schema.get("anyOf", ()) if o != {"type": "null"}]
    rest = {k: _without_nulls(v) for k, v in schema.items() if k != "anyOf"}
    if len(options) == 1:
        rest = {k: v for k, v in rest.items() if k != "default" or v is not None}
        return {**_without_nulls(options[0]), **rest}
    return {**rest, **({"anyOf": _without_nulls(options)} if options else {})}

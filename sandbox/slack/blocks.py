"""Block Kit's rules, as Slack applies them to the blocks of a message."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Block = Mapping[str, Any]
Check = Callable[[Block], Iterator[str]]
ShowsFile = Callable[[str], bool]

MOST_BLOCKS = 50
_MOST_CHARTS = 2
_SERIES = range(1, 7)
_POINTS = range(1, 21)
_CHARTS = frozenset({"line", "bar", "area", "pie"})
_BUTTON_STYLES = frozenset({"primary", "danger"})
_INTERACTIVE = frozenset(
    {
        "button",
        "overflow",
        "datepicker",
        "timepicker",
        "datetimepicker",
        "static_select",
        "users_select",
        "conversations_select",
        "channels_select",
        "external_select",
        "multi_static_select",
        "checkboxes",
        "radio_buttons",
    }
)


def block_errors(blocks: object, shows_file: ShowsFile) -> list[str]:
    """What is wrong with the blocks of a message; nothing where Slack would take them."""
    if not isinstance(blocks, list):
        return ["must be an array of blocks"]
    errors = [] if len(blocks) <= MOST_BLOCKS else [f"no more than {MOST_BLOCKS} items allowed"]
    for number, block in enumerate(blocks):
        errors += [
            f"{one} [json-pointer:/blocks/{number}]" for one in _errors_of(block, shows_file)
        ]
    charts = [one for one in blocks if isinstance(one, dict) and one.get("type") == _CHART]
    if len(charts) > _MOST_CHARTS:
        errors.append(f"no more than {_MOST_CHARTS} {_CHART} blocks allowed")
    return errors + _repeated_ids(blocks)


_CHART = "data_visualization"


def _errors_of(block: object, shows_file: ShowsFile) -> Iterator[str]:
    if not isinstance(block, dict):
        yield "must be an object"
        return
    kind = block.get("type")
    check = _CHECKS.get(kind) if isinstance(kind, str) else None
    if check is None:
        yield f"unsupported type: {kind}"
        return
    yield from _length(block, "block_id", 255, needed=False)
    yield from check(block)
    for image in _images(block):
        yield from _picture(image, shows_file)


def _repeated_ids(blocks: list[object]) -> list[str]:
    ids = [one["block_id"] for one in blocks if isinstance(one, dict) and "block_id" in one]
    return ["block_id must be unique"] if len(set(map(str, ids))) < len(ids) else []


def _length(block: Block, name: str, most: int, *, needed: bool = True) -> Iterator[str]:
    text = block.get(name)
    if text is None and not needed:
        return
    if not isinstance(text, str) or not (text or not needed):
        yield f"missing required field: {name}"
    elif len(text) > most:
        yield f"must be less than {most + 1} characters [{name}]"


def _text(
    block: Block, name: str, most: int, *, plain: bool = False, needed: bool = True
) -> Iterator[str]:
    """A text object: its kind, and how long it may be."""
    text = block.get(name)
    if text is None and not needed:
        return
    if not isinstance(text, dict):
        yield f"missing required field: {name}"
        return
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if text.get("type") not in kinds:
        yield f"{name} must be one of {sorted(kinds)}"
    yield from _length(text, "text", most)


def _items(block: Block, name: str, most: int) -> Iterator[str]:
    items = block.get(name)
    if not isinstance(items, list) or not items:
        yield f"missing required field: {name}"
    elif len(items) > most:
        yield f"no more than {most} items allowed [{name}]"


def _of(block: Block, name: str) -> list[Block]:
    items = block.get(name)
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _section(block: Block) -> Iterator[str]:
    fields = block.get("fields")
    yield from _text(block, "text", 3000, needed=fields is None)
    if fields is not None:
        yield from _items(block, "fields", 10)
        for one in _of(block, "fields"):
            yield from _text({"field": one}, "field", 2000)
    accessory = block.get("accessory")
    if isinstance(accessory, dict) and accessory.get("type") != "image":
        yield from _element(accessory)


def _header(block: Block) -> Iterator[str]:
    yield from _text(block, "text", 150, plain=True)


def _context(block: Block) -> Iterator[str]:
    yield from _items(block, "elements", 10)
    for one in _of(block, "elements"):
        if one.get("type") != "image":
            yield from _text({"element": one}, "element", 3000)


def _actions(block: Block) -> Iterator[str]:
    yield from _items(block, "elements", 25)
    for one in _of(block, "elements"):
        yield from _element(one)


def _element(element: Block) -> Iterator[str]:
    if element.get("type") not in _INTERACTIVE:
        yield f"unsupported type: {element.get('type')}"
    elif element["type"] == "button":
        yield from _text(element, "text", 75, plain=True)
        yield from _length(element, "url", 3000, needed=False)
        yield from _length(element, "value", 2000, needed=False)
        if element.get("style") not in {None, *_BUTTON_STYLES}:
            yield "style must be primary or danger"
    yield from _length(element, "action_id", 255, needed=False)


def _image(block: Block) -> Iterator[str]:
    yield from _text(block, "title", 2000, plain=True, needed=False)


def _markdown(block: Block) -> Iterator[str]:
    yield from _length(block, "text", 12_000)


def _table(block: Block) -> Iterator[str]:
    yield from _items(block, "rows", 100)
    rows = block.get("rows")
    cells = [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
    if any(len(row) > 20 for row in cells):  # noqa: PLR2004  Slack's limit of columns
        yield "no more than 20 cells allowed in a row"


def _rich_text(block: Block) -> Iterator[str]:
    yield from _items(block, "elements", 1000)


def _chart(block: Block) -> Iterator[str]:
    chart = block.get("chart")
    yield from _length(block, "title", 50)
    if not isinstance(chart, dict) or chart.get("type") not in _CHARTS:
        yield f"chart must be one of {sorted(_CHARTS)}"
        return
    yield from _pie(chart) if chart["type"] == "pie" else _series(chart)


def _pie(chart: Block) -> Iterator[str]:
    segments = _of(chart, "segments")
    if len(segments) not in _POINTS:
        yield "segments must have 1 to 20 items"
    for one in segments:
        yield from _length(one, "label", 20)


def _series(chart: Block) -> Iterator[str]:
    """One value for every category in every series."""
    axis = chart.get("axis_config")
    categories = axis.get("categories") if isinstance(axis, dict) else None
    if not isinstance(categories, list) or len(categories) not in _POINTS:
        yield "axis_config.categories must have 1 to 20 items"
        return
    series = _of(chart, "series")
    if len(series) not in _SERIES:
        yield "series must have 1 to 6 items"
    for one in series:
        yield from _length(one, "name", 20)
        if [point.get("label") for point in _of(one, "data")] != categories:
            yield "every series needs one value for every category"
    if any(len(str(label)) > 20 for label in categories):  # noqa: PLR2004  Slack's limit of a label
        yield "must be less than 21 characters [categories]"


def _divider(_: Block) -> Iterator[str]:
    return iter(())


def _images(block: Block) -> Iterator[Block]:
    """Every picture of a block: the block itself, an accessory, or among its elements."""
    accessory = block.get("accessory")
    for one in (block, accessory, *_of(block, "elements")):
        if isinstance(one, dict) and one.get("type") == "image":
            yield one


def _picture(image: Block, shows_file: ShowsFile) -> Iterator[str]:
    yield from _length(image, "alt_text", 2000)
    file = image.get("slack_file")
    if ("image_url" in image) == (file is not None):
        yield "exactly one of image_url and slack_file must be given"
    elif file is None:
        yield from _length(image, "image_url", 3000)
    elif not isinstance(file, dict) or not shows_file(str(file.get("id", ""))):
        yield "invalid slack file"


_CHECKS: Mapping[str, Check] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "markdown": _markdown,
    "table": _table,
    "rich_text": _rich_text,
    "divider": _divider,
    _CHART: _chart,
}

"""Block Kit's rules, one by one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.blocks import block_errors

PLAIN = {"type": "plain_text", "text": "x"}
WEEKS = ["26 Oct", "2 Nov"]


def text(length: int, kind: str = "mrkdwn") -> dict[str, str]:
    return {"type": kind, "text": "x" * length}


def section(**more: Any) -> dict[str, Any]:
    return {"type": "section", **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": PLAIN, **more}


def image(**more: Any) -> dict[str, Any]:
    return {"type": "image", "alt_text": "x", **more}


def line(
    weeks: list[str] = WEEKS, names: tuple[str, ...] = ("ICP rate",), **more: Any
) -> dict[str, Any]:
    data = [{"label": week, "value": 1.5} for week in weeks]
    return {
        "type": "data_visualization",
        "title": "ICP rate",
        "chart": {
            "type": "line",
            "series": [{"name": name, "data": data} for name in names],
            "axis_config": {"categories": weeks},
        },
        **more,
    }


def pie(*labels: str) -> dict[str, Any]:
    segments = [{"label": one, "value": 1} for one in labels]
    return {
        "type": "data_visualization",
        "title": "x",
        "chart": {"type": "pie", "segments": segments},
    }


def errors(*blocks: Any) -> list[str]:
    return block_errors(list(blocks), lambda file: file == "F-ready")


@pytest.mark.parametrize(
    "block",
    [
        section(text=text(3000)),
        section(fields=[text(2000)] * 10),
        section(text=PLAIN, accessory=image(image_url="https://example.com/a.png")),
        section(text=PLAIN, accessory=button(url="https://example.com")),
        {"type": "header", "text": text(150, "plain_text")},
        {"type": "context", "elements": [PLAIN, image(slack_file={"id": "F-ready"})]},
        {"type": "divider"},
        actions(button(style="danger", value="x" * 2000), {"type": "static_select"}),
        image(slack_file={"id": "F-ready"}, title=PLAIN),
        {"type": "markdown", "text": "x" * 12_000},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 20] * 100},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
        line(),
        line([str(one) for one in range(20)], tuple("abcdef")),
        pie("a", "b"),
    ],
    ids=lambda block: block["type"],
)
def test_a_block_within_the_limits_is_taken(block: dict[str, Any]) -> None:
    assert errors(block) == []


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (section(), "missing required field: text"),
        (section(text=text(3001)), "must be less than 3001 characters"),
        (section(text=text(0)), "missing required field: text"),
        (section(text={"type": "html", "text": "x"}), "must be one of"),
        (section(text="x"), "missing required field: text"),
        (section(fields=[text(1)] * 11), "no more than 10 items"),
        (section(fields=[text(2001)]), "must be less than 2001 characters"),
        (section(fields=[]), "missing required field: fields"),
        (section(text=PLAIN, accessory={"type": "poll"}), "unsupported type: poll"),
        (section(text=PLAIN, accessory=image()), "exactly one of image_url and slack_file"),
        ({"type": "header", "text": text(151, "plain_text")}, "must be less than 151"),
        ({"type": "header", "text": text(1)}, "must be one of ['plain_text']"),
        ({"type": "context", "elements": [PLAIN] * 11}, "no more than 10 items"),
        (actions(*[button()] * 26), "no more than 25 items"),
        (actions(button(text=text(76, "plain_text"))), "must be less than 76"),
        (actions(button(style="loud")), "style must be primary or danger"),
        (actions(button(url="x" * 3001)), "must be less than 3001"),
        (actions(button(action_id="x" * 256)), "must be less than 256"),
        (image(slack_file={"id": "F-new"}), "invalid slack file"),
        (image(slack_file={"id": "F-ready"}, image_url="https://x"), "exactly one of"),
        ({"type": "image", "image_url": "https://x"}, "missing required field: alt_text"),
        (image(image_url="https://x", title=text(1)), "must be one of ['plain_text']"),
        ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001"),
        ({"type": "table", "rows": [[]] * 101}, "no more than 100 items"),
        ({"type": "table", "rows": [[1] * 21]}, "no more than 20 cells"),
        ({"type": "poll"}, "unsupported type: poll"),
        ({}, "unsupported type: None"),
        ({"type": ["section"]}, "unsupported type"),
        ("text", "must be an object"),
        (section(text=PLAIN, block_id="x" * 256), "must be less than 256"),
        (line(title="x" * 51), "must be less than 51"),
        (line(chart={"type": "radar"}), "chart must be one of"),
        (line(names=tuple("abcdefg")), "series must have 1 to 6 items"),
        (line(names=("x" * 21,)), "must be less than 21"),
        (line(["x" * 21]), "must be less than 21"),
        (line([str(one) for one in range(21)]), "must have 1 to 20 items"),
        (pie(*map(str, range(21))), "segments must have 1 to 20 items"),
        (pie("x" * 21), "must be less than 21"),
    ],
)
def test_a_block_beyond_them_is_named(block: Any, words: str) -> None:
    found = errors({"type": "divider"}, block)

    assert any(words in one for one in found), found
    assert any("/blocks/1" in one for one in found)


def test_every_series_has_one_value_for_every_category() -> None:
    chart = line()
    chart["chart"]["series"][0]["data"].pop()

    assert any("one value for every category" in one for one in errors(chart))


def test_a_message_has_fifty_blocks_at_most() -> None:
    assert errors(*[{"type": "divider"}] * 50) == []
    assert errors(*[{"type": "divider"}] * 51) == ["no more than 50 items allowed"]


def test_a_message_has_two_charts_at_most() -> None:
    assert errors(line(), line()) == []
    assert errors(line(), line(), pie("a")) != []


def test_block_ids_are_unique() -> None:
    same = {"type": "divider", "block_id": "one"}

    assert errors(same, same) == ["block_id must be unique"]


def test_blocks_are_a_list() -> None:
    assert block_errors({"type": "divider"}, bool) == ["must be an array of blocks"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "fields", "elements", "accessory", "chart", "rows"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(_JSON, max_size=4))
def test_no_nonsense_breaks_the_check(blocks: list[Any]) -> None:
    found = block_errors(blocks, lambda _: False)

    assert isinstance(found, list)
    assert all(isinstance(one, str) for one in found)

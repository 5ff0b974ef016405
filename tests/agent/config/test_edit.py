"""Values are set in a file that people may have edited, and nothing else moves."""

import tomllib

from agent.config.edit import with_values

FILE = """# Mine.
[crm]
kind = "salesforce"

# What we want.
[targets]
# Selling people.
# people = 6
gross_margin = 0.5  # from the controller

[log]
# level = "info"
"""


def test_a_setting_is_set_in_its_place() -> None:
    text = with_values(FILE, "targets", {"people": 4, "gross_margin": 0.6})

    assert text == FILE.replace("# people = 6", "people = 4").replace(
        "gross_margin = 0.5  # from the controller", "gross_margin = 0.6"
    )


def test_a_setting_that_is_not_there_is_added_to_its_section() -> None:
    text = with_values(FILE, "targets", {"budget_month": 2_000_000})

    assert tomllib.loads(text)["targets"] == {"gross_margin": 0.5, "budget_month": 2_000_000}


def test_a_section_that_is_not_there_is_added() -> None:
    assert tomllib.loads(with_values("a = 1\n", "targets", {"people": 2.5})) == {
        "a": 1,
        "targets": {"people": 2.5},
    }


def test_a_section_that_stands_there_as_a_comment_is_opened() -> None:
    text = with_values("# [targets]\n# people = 6\n\n# [log]\n", "targets", {"people": 2})

    assert text == "[targets]\npeople = 2\n\n# [log]\n"

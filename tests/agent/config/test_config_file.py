"""Reading the configuration: every problem at once, each with its place and its fix."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from agent.config import ConfigProblem, ConfigProblems, Loaded, load
from bbm_core.errors import ConfigError

SECRET = "pat-na1-canary-5ecre7"
ENV = {"BBM_SALESFORCE_SECRET": "s3cret-canary"}
MINIMAL = """\
[crm]
kind = "salesforce"
[crm.salesforce]
url = "https://acme.my.salesforce.com"
client_id = "key"
client_secret = "env:BBM_SALESFORCE_SECRET"
[kinds.lead]
channel = "LeadSource"
[attributes.industry]
lead = "Industry"
[[stages]]
name = "acquisition"
label = { en = "Acquisition" }
enter = [{ kind = "lead", when = "created" }]
[[icp.profiles]]
name = "core"
[[icp.profiles.criteria]]
id = "industry"
attribute = "industry"
in = ["Manufacturing"]
role = "plus"
points = 10
"""

Problems = tuple[ConfigProblem, ...]
Read = Callable[..., Loaded]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(text: str = MINIMAL, env: Mapping[str, str] = ENV) -> Loaded:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8", newline="")
        return load(path, env)

    return read


@pytest.fixture
def wrong(read: Read) -> Callable[..., Problems]:
    """The problems of a text that must not load."""

    def wrong(text: str, env: Mapping[str, str] = ENV) -> Problems:
        with pytest.raises(ConfigProblems) as caught:
            read(text, env)
        assert caught.value.exit_code == 2
        return caught.value.problems

    return wrong


Wrong = Callable[..., Problems]


def only(problems: Problems) -> ConfigProblem:
    assert len(problems) == 1, problems
    return problems[0]


def test_a_file_with_what_is_needed_loads(read: Read) -> None:
    loaded = read()

    assert loaded.settings.crm.kind == "salesforce"
    assert loaded.sources["crm.kind"] == "config.toml:2"
    assert not loaded.missing_secrets


def test_a_wrong_value_is_named_with_its_line_and_the_right_one(wrong: Wrong) -> None:
    problem = only(wrong(MINIMAL.replace('kind = "salesforce"', 'kind = "salesfroce"')))

    assert problem.where == "config.toml:2"
    assert problem.path == "crm.kind"
    assert problem.shown == 'kind = "salesfroce"'
    assert problem.what == '"salesfroce" is not one of salesforce, hubspot'
    assert problem.fix == 'kind = "salesforce"'


def test_a_wrong_key_is_named_with_the_right_one(wrong: Wrong) -> None:
    text = MINIMAL.replace("[kinds.lead]\nchannel", "[kinds.lead]\nchanel")

    problem = only(wrong(text))

    assert (problem.where, problem.path) == ("config.toml:8", "kinds.lead.chanel")
    assert problem.fix == "rename it to `channel`"


def test_a_key_that_resembles_none_is_to_be_removed(wrong: Wrong) -> None:
    problem = only(wrong(MINIMAL + "[log]\nzzz = 1\n"))

    assert problem.fix == "remove `zzz`, or fix it"


def test_a_value_of_the_wrong_type_is_named_with_its_line(wrong: Wrong) -> None:
    problem = only(wrong(MINIMAL + '[guards]\nmax_flips = "many"\n'))

    assert (problem.where, problem.path) == ("config.toml:24", "guards.max_flips")
    assert "integer" in problem.what


def test_a_kind_that_does_not_exist_is_named_with_the_right_one(wrong: Wrong) -> None:
    problem = only(wrong(MINIMAL.replace("[kinds.lead]", "[kinds.leed]")))

    assert problem.what == '"leed" is not one of account, lead, contact, opportunity'
    assert "lead" in problem.fix


def test_a_table_in_the_place_of_a_word_is_not_printed(wrong: Wrong) -> None:
    text = MINIMAL.replace('kind = "salesforce"', f'kind = {{ token = "{SECRET}" }}')

    problem = only(wrong(text))

    assert problem.what == "a dict is not one of salesforce, hubspot"
    assert SECRET not in problem.shown


def test_a_missing_setting_is_named_with_its_whole_path(wrong: Wrong) -> None:
    problem = only(wrong(MINIMAL.replace('client_id = "key"\n', "")))

    assert (problem.where, problem.path) == ("config.toml:3", "crm.salesforce.client_id")
    assert problem.fix == "add `client_id` to this section"


def test_a_missing_table_stands_where_its_inner_tables_do(wrong: Wrong) -> None:
    problem = only(wrong(MINIMAL.replace('[crm]\nkind = "salesforce"\n', "")))

    assert (problem.where, problem.path) == ("config.toml:1", "crm.kind")


def test_what_must_agree_is_said_in_words(wrong: Wrong) -> None:
    text = MINIMAL.replace('kind = "salesforce"', 'kind = "hubspot"')

    problem = only(wrong(text))

    assert problem.what == "kind is hubspot, so the section [crm.hubspot] is needed"


def test_a_time_zone_that_does_not_exist_is_refused(wrong: Wrong) -> None:
    text = MINIMAL.replace("[crm]\n", '[crm]\ntimezone = "Asia/Tokio"\n')

    assert "use an IANA name" in only(wrong(text)).what


def test_a_band_must_not_be_upside_down(wrong: Wrong) -> None:
    problem = only(wrong(MINIMAL + "[bands.acquisition]\nlow = 0.5\nhigh = 0.3\n"))

    assert problem.what == "low (0.5) must be below high (0.3)"
    assert problem.path == "bands.acquisition"


def test_two_profiles_of_one_name_are_refused(wrong: Wrong) -> None:
    start = MINIMAL.index("[[icp.profiles]]")

    problem = only(wrong(MINIMAL + MINIMAL[start:]))

    assert "two profiles have the same name" in problem.what


@pytest.mark.parametrize(
    ("addition", "where", "path", "what"),
    [
        (
            "[[scope.filters]]\nname = 'x'\nkind = 'lead'\nattribute = 'industri'\nin = ['a']\n",
            "config.toml:26",
            "scope.filters.0.attribute",
            "scope filter x uses the attribute `industri`, which [attributes] does not define",
        ),
        (
            (
                "[[scope.business]]\nsegment = 'renewal'\nkind = 'lead'\nattribute = 'industri'\n"
                "in = ['a']\n"
            ),
            "config.toml:26",
            "scope.business.0.attribute",
            "a business rule uses the attribute `industri`, which [attributes] does not define",
        ),
        (
            "[bands.acquisiton]\nlow = 0.1\nhigh = 0.2\n",
            "config.toml:23",
            "bands.acquisiton",
            "[bands] names the stage `acquisiton`, which [[stages]] does not define",
        ),
        (
            "[watch]\nstages = ['acquisiton']\n",
            "config.toml:24",
            "watch.stages.0",
            "[watch] names the stage `acquisiton`, which [[stages]] does not define",
        ),
    ],
)
def test_a_name_that_is_not_defined_is_named_with_its_place(
    wrong: Wrong, addition: str, where: str, path: str, what: str
) -> None:
    problem = only(wrong(MINIMAL + addition))

    assert (problem.where, problem.path, problem.what) == (where, path, what)
    assert problem.fix in {"rename it to `industry`", "rename it to `acquisition`"}


def test_an_unknown_slice_and_an_unknown_attribute_of_a_criterion_are_named(wrong: Wrong) -> None:
    text = 'slices = ["country"]\n' + MINIMAL.replace('attribute = "industry"', 'attribute = "x"')

    slices, criterion = sorted(wrong(text), key=lambda one: one.path, reverse=True)

    assert (slices.where, slices.path) == ("config.toml:1", "slices.0")
    assert slices.fix == "define it, or name one that is defined"
    assert criterion.what.startswith("criterion industry uses the attribute `x`")
    assert criterion.where == "config.toml:20"


def test_two_stages_of_one_name_are_refused(wrong: Wrong) -> None:
    stage = MINIMAL[MINIMAL.index("[[stages]]") : MINIMAL.index("[[icp.profiles]]")]

    problem = only(wrong(MINIMAL + stage))

    assert (problem.where, problem.path) == ("config.toml:24", "stages.1.name")
    assert problem.what == "two stages have the name `acquisition`"
    assert problem.fix == "rename one of the two"


def test_all_problems_are_told_at_once(wrong: Wrong) -> None:
    text = (
        MINIMAL.replace('kind = "salesforce"', 'kind = "salesfroce"')
        .replace("channel =", "chanel =")
        .replace("points = 10", 'points = "ten"')
    )
    env = {**ENV, "BBM_SLAK__CHANNEL": "C0123"}

    problems = wrong(text + "[bands.won]\nlow = 0.1\nhigh = 0.2\n", env)

    assert {problem.where for problem in problems} == {
        "environment BBM_SLAK__CHANNEL",
        "config.toml:2",
        "config.toml:8",
        "config.toml:22",
        "config.toml:23",
    }


def test_a_place_that_is_not_toml_is_named_with_its_line(wrong: Wrong) -> None:
    problem = only(wrong('[crm]\nkind = "salesforce\n'))

    assert problem.where == "config.toml:2"
    assert problem.what.startswith("this is not TOML")


def test_a_file_that_ends_too_early_is_named_with_its_last_line(wrong: Wrong) -> None:
    problem = only(wrong('[crm]\nkind = """sales\n'))

    assert problem.where == "config.toml:3"


def test_a_key_that_stands_twice_is_not_toml(wrong: Wrong) -> None:
    problem = only(wrong('[crm]\nkind = "salesforce"\nkind = "hubspot"\n'))

    assert problem.where == "config.toml:3"


def test_a_byte_order_mark_does_no_harm(read: Read) -> None:
    assert read("\ufeff" + MINIMAL).settings.crm.kind == "salesforce"


def test_windows_line_ends_do_no_harm(read: Read) -> None:
    assert read(MINIMAL.replace("\n", "\r\n")).sources["crm.kind"] == "config.toml:2"


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no configuration file") as caught:
        load(tmp_path / "none.toml", {})

    assert (caught.value.code, caught.value.exit_code) == ("BBM-CF-002", 2)


def test_a_folder_and_a_file_of_other_bytes_cannot_be_read(tmp_path: Path) -> None:
    strange = tmp_path / "strange.toml"
    strange.write_bytes(b"\xff\xfe\x00")

    for path in (tmp_path, strange):
        with pytest.raises(ConfigError, match="cannot be read"):
            load(path, {})


# the environment


def test_the_environment_overrides_the_file(read: Read) -> None:
    loaded = read(env={**ENV, "BBM_CRM__TIMEZONE": "Asia/Tokyo", "BBM_GUARDS__MAX_FLIPS": "7"})

    assert loaded.settings.crm.timezone == "Asia/Tokyo"
    assert loaded.settings.guards.max_flips == 7
    assert loaded.sources["crm.timezone"] == "environment BBM_CRM__TIMEZONE"


def test_a_text_from_the_environment_needs_no_quotes(read: Read) -> None:
    loaded = read(env={**ENV, "BBM_CRM__SALESFORCE__API_VERSION": "65.0"})

    assert loaded.settings.crm.salesforce is not None
    assert loaded.settings.crm.salesforce.api_version == "65.0"


def test_a_list_from_the_environment_is_written_as_in_toml(read: Read) -> None:
    assert read(env={**ENV, "BBM_SLICES": '["industry"]'}).settings.slices == ("industry",)


def test_a_value_of_several_lines_is_one_value(wrong: Wrong) -> None:
    problem = only(wrong(MINIMAL, {**ENV, "BBM_GUARDS__MAX_FLIPS": "7\ny = 8"}))

    assert problem.where == "environment BBM_GUARDS__MAX_FLIPS"


def test_a_wrong_value_in_the_environment_is_not_blamed_on_the_file(wrong: Wrong) -> None:
    problem = only(wrong(MINIMAL, {**ENV, "BBM_CRM__KIND": "sugar"}))

    assert problem.where == "environment BBM_CRM__KIND"
    assert not problem.shown


def test_an_unknown_name_in_the_environment_is_told_with_the_right_one(wrong: Wrong) -> None:
    problem = only(wrong(MINIMAL, {**ENV, "BBM_CRM__TIMEZOME": "UTC"}))

    assert problem.where == "environment BBM_CRM__TIMEZOME"
    assert problem.fix == "rename it to `BBM_CRM__TIMEZONE`"


def test_a_name_like_no_other_in_the_environment_is_told_as_well(wrong: Wrong) -> None:
    problem = only(wrong(MINIMAL, {**ENV, "BBM_QQQQQQQQQQQQQQQQQQ": "1"}))

    assert problem.fix == "unset it; `bbm config show` lists all"


def test_names_of_other_programs_are_none_of_our_business(read: Read) -> None:
    read(env={**ENV, "PATH": "/bin", "BBM_CONFIG": "x", "BBM_HUBSPOT_TOKEN": "of another org"})


def test_the_environment_cannot_reach_into_what_is_no_table(wrong: Wrong) -> None:
    problems = wrong('crm = "salesforce"\n', {"BBM_CRM__SALESFORCE__URL": "https://x"})

    assert "crm" in {problem.path for problem in problems}


# secrets


def test_a_secret_that_the_environment_lacks_is_named(read: Read) -> None:
    loaded = read(env={})

    missing = only(loaded.missing_secrets)
    assert missing.where == "config.toml:6"
    assert missing.fix == "export BBM_SALESFORCE_SECRET=…"
    with pytest.raises(ConfigProblems):
        loaded.require_secrets()


def test_a_secret_may_come_under_its_settings_own_name(read: Read) -> None:
    loaded = read(env={"BBM_CRM__SALESFORCE__CLIENT_SECRET": "direct"})

    loaded.require_secrets()
    assert loaded.settings.crm.salesforce is not None
    assert loaded.settings.crm.salesforce.client_secret is not None
    assert loaded.settings.crm.salesforce.client_secret.get_secret_value() == "direct"


def test_a_secret_may_lie_in_a_file_of_the_secrets_directory(read: Read, tmp_path: Path) -> None:
    (tmp_path / "sf").write_text("from a file\n", encoding="utf-8")
    text = MINIMAL.replace("env:BBM_SALESFORCE_SECRET", "file:sf")

    loaded = read(text, {"BBM_SECRETS_DIR": str(tmp_path)})

    assert loaded.settings.crm.salesforce is not None
    assert loaded.settings.crm.salesforce.client_secret is not None
    assert loaded.settings.crm.salesforce.client_secret.get_secret_value() == "from a file"


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file or directory"), (b"\n", "empty"), (b"\xff\xfe", "not a text")],
)
def test_a_secret_file_that_is_not_usable_is_named(
    read: Read, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    if content is not None:
        (tmp_path / "sf").write_bytes(content)
    text = MINIMAL.replace("env:BBM_SALESFORCE_SECRET", "file:sf")

    loaded = read(text, {"BBM_SECRETS_DIR": str(tmp_path)})

    assert only(loaded.missing_secrets).what == f"the secret file sf is not usable: {reason}"


def test_a_secret_file_needs_a_directory(read: Read) -> None:
    loaded = read(MINIMAL.replace("env:BBM_SALESFORCE_SECRET", "file:sf"), {})

    assert only(loaded.missing_secrets).what == "BBM_SECRETS_DIR is not set"


def test_a_secret_in_the_file_is_refused_and_not_shown(wrong: Wrong) -> None:
    problem = only(wrong(MINIMAL.replace("env:BBM_SALESFORCE_SECRET", SECRET)))

    assert problem.what == "a secret stands in the file"
    assert SECRET not in repr(problem)
    assert problem.fix.endswith('write client_secret = "env:NAME"')


@pytest.mark.parametrize(
    "line",
    [
        f'client_secrte = "{SECRET}"',
        f'client_secret = ["{SECRET}"]',
        f'client_secret = {{ value = "{SECRET}" }}',
        f'client_secret = "{SECRET}"\nclient_sercet = "{SECRET}"',
    ],
)
def test_a_misplaced_secret_is_shown_nowhere(wrong: Wrong, line: str) -> None:
    text = MINIMAL.replace('client_secret = "env:BBM_SALESFORCE_SECRET"', line)

    assert SECRET not in repr(wrong(text))


def test_a_secret_beside_another_mistake_on_its_line_is_not_shown(wrong: Wrong) -> None:
    start, end = MINIMAL.index("[crm]"), MINIMAL.index("[kinds.lead]")
    crm = f'crm = {{ kind = "hubspot", hubspot = {{ token = "{SECRET}", ulr = "x" }} }}\n'

    assert SECRET not in repr(wrong(MINIMAL[:start] + crm + MINIMAL[end:]))


def test_secrets_are_masked_when_settings_are_printed(read: Read) -> None:
    assert ENV["BBM_SALESFORCE_SECRET"] not in repr(read().settings)


def test_a_plausible_range_has_its_ends_in_order(
    read: Read, wrong: Callable[..., Problems]
) -> None:
    def ranged(ends: str) -> str:
        return MINIMAL.replace('lead = "Industry"', f'lead = "Industry"\nplausible = {ends}')

    (problem,) = wrong(ranged("[9, 9]"))

    assert "must be below" in problem.what
    assert read(ranged("[1, 2.5]")).settings.attributes["industry"].plausible == (1, 2.5)

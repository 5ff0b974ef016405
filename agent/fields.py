"""Our fields as people see them in the CRM: labels and help texts, English and Japanese."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.config import Settings
from bbm_core.icp.profile import Lang
from bbm_core.records import Choice, FieldRole, FieldSpec, FieldType, RecordKind
from connectors.hubspot.config import HubSpotConfig
from connectors.salesforce.config import SalesforceConfig


@dataclass(frozen=True, slots=True)
class _Words:
    type: FieldType
    label: Mapping[str, str]
    help: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]] | None = None  # value -> label by language


_FLAGS = {
    "icp": {"en": "ICP", "ja": "ICP該当"},
    "not_icp": {"en": "Not ICP", "ja": "非該当"},
    "unknown": {"en": "Unknown", "ja": "判定不能"},
}

_WORDS: Mapping[FieldRole, _Words] = {
    FieldRole.FLAG: _Words(
        FieldType.CHOICE,
        {"en": "ICP fit", "ja": "ICP判定"},
        {
            "en": "Does this record match our ideal customer profile? Set by BBM. "
            'Unknown: required data is missing, see "Missing data".',
            "ja": "理想顧客像(ICP)に合うか。BBMが設定します。"
            "判定不能=必要な項目が未入力(「不足項目」参照)。",
        },
        _FLAGS,
    ),
    FieldRole.SCORE: _Words(
        FieldType.NUMBER,
        {"en": "ICP score", "ja": "ICPスコア"},
        {"en": "0 to 100, set by BBM.", "ja": "0〜100点。BBMが設定します。"},
    ),
    FieldRole.TIER: _Words(
        FieldType.CHOICE,
        {"en": "ICP tier", "ja": "ICPランク"},
        {"en": "A is the best fit. Set by BBM.", "ja": "Aが最も合致。BBMが設定します。"},
        {tier: {"en": tier, "ja": tier} for tier in "ABCD"},
    ),
    FieldRole.REASON: _Words(
        FieldType.TEXT,
        {"en": "ICP reason", "ja": "ICP判定理由"},
        {
            "en": "Why the score is what it is. Points in brackets.",
            "ja": "点数の理由。かっこ内は加点です。",
        },
    ),
    FieldRole.MISSING: _Words(
        FieldType.TEXT,
        {"en": "Missing data", "ja": "不足項目"},
        {
            "en": "Filling these fields can change the verdict.",
            "ja": "入力すると判定が変わり得る項目です。",
        },
    ),
    FieldRole.COVERAGE: _Words(
        FieldType.PERCENT,
        {"en": "ICP coverage", "ja": "ICP判定カバー率"},
        {
            "en": "How much of what the profile asks for is known.",
            "ja": "判定に必要な情報のうち入力済みの割合です。",
        },
    ),
    FieldRole.VERSION: _Words(
        FieldType.TEXT,
        {"en": "ICP definition", "ja": "ICP定義バージョン"},
        {
            "en": "The version of the profile behind this verdict.",
            "ja": "この判定に使ったICP定義の版です。",
        },
    ),
    FieldRole.SCORED_AT: _Words(
        FieldType.DATETIME,
        {"en": "ICP judged at", "ja": "ICP判定日時"},
        {"en": "When the verdict last changed.", "ja": "判定が最後に変わった日時です。"},
    ),
    FieldRole.OVERRIDE: _Words(
        FieldType.CHOICE,
        {"en": "ICP override", "ja": "ICP手動判定"},
        {
            "en": "Sales knows better? Choose here and give a reason. BBM keeps your choice.",
            "ja": "営業の判断で変更する場合に選び、理由を入力してください。BBMは選択を尊重します。",
        },
        {value: _FLAGS[value] for value in ("icp", "not_icp")},
    ),
    FieldRole.OVERRIDE_REASON: _Words(
        FieldType.TEXT,
        {"en": "ICP override reason", "ja": "ICP手動判定の理由"},
        {"en": "Why sales decided otherwise.", "ja": "手動で判定した理由です。"},
    ),
    FieldRole.OVERRIDE_UNTIL: _Words(
        FieldType.DATE,
        {"en": "ICP override until", "ja": "ICP手動判定の期限"},
        {
            "en": "After this day BBM's own verdict counts again. Empty: no end.",
            "ja": "この日を過ぎるとBBMの判定に戻ります。空欄は無期限です。",
        },
    ),
}


def field_names(settings: Settings) -> Mapping[FieldRole, str]:
    """The names of our fields in this CRM."""
    connection: SalesforceConfig | HubSpotConfig = getattr(settings.crm, settings.crm.kind)
    return connection.fields


def field_specs(settings: Settings) -> Iterator[FieldSpec]:
    """Every field of ours, as it should exist in this CRM."""
    names, lang = field_names(settings), settings.crm.lang
    for kind in RecordKind:
        if kind in settings.kinds and settings.kinds[kind].write:
            for role in settings.kinds[kind].roles:
                yield _spec(kind, role, names[role], lang)


def all_specs(settings: Settings, lang: Lang) -> Iterator[FieldSpec]:
    """Every field that there can be, on every kind, with its labels in a language."""
    names = field_names(settings)
    for kind in RecordKind:
        for role in FieldRole:
            yield _spec(kind, role, names[role], lang)


def _spec(kind: RecordKind, role: FieldRole, name: str, lang: str) -> FieldSpec:
    words = _WORDS[role]
    choices = tuple(Choice(value, label[lang]) for value, label in (words.choices or {}).items())
    return FieldSpec(kind, role, name, words.type, words.label[lang], words.help[lang], choices)

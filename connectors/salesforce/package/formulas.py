"""The two fields that Salesforce works out by itself: a traffic light, and the rate of a report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bbm_core.records import FieldRole
from connectors.salesforce.package.document import Body


@dataclass(frozen=True, slots=True)
class Formula:
    """A field that is worked out of ours."""

    name: str
    label: Mapping[str, str]  # by language
    help: Mapping[str, str]
    type: Body
    text: str  # with {flag} and {score}

    def metadata(self, names: Mapping[FieldRole, str], lang: str) -> dict[str, object]:
        """The field, by the names that ours have in this org."""
        used = {role.value: names[role] for role in (FieldRole.FLAG, FieldRole.SCORE)}
        return {
            "fullName": self.name,
            "formula": self.text.format(**used),
            "formulaTreatBlanksAs": "BlankAsBlank",
            "inlineHelpText": self.help[lang],
            "label": self.label[lang],
            **self.type,
        }


LIGHT: Final = Formula(
    "BBM_Light__c",
    {"en": "ICP light", "ja": "ICP信号"},
    {
        "en": "Green: ICP. Red: not ICP. Yellow: unknown. The number is the score.",
        "ja": "緑=ICP該当、赤=非該当、黄=判定不能。数字はスコアです。",
    },
    {"type": "Text"},
    # These pictures are in every org.
    'IF(ISPICKVAL({flag}, ""), "", IMAGE(CASE({flag},'
    ' "icp", "/img/samples/light_green.gif",'
    ' "not_icp", "/img/samples/light_red.gif",'
    ' "/img/samples/light_yellow.gif"),'
    ' CASE({flag}, "icp", "ICP", "not_icp", "Not ICP", "Unknown"))'
    ' & IF(ISBLANK({score}), "", " " & TEXT({score})))',
)

SHARE: Final = Formula(
    "BBM_ICP_Share__c",
    {"en": "ICP rate (for reports)", "ja": "ICP率(レポート用)"},
    {
        "en": "100% for ICP, 0% for not ICP, empty for unknown: its average is the ICP rate.",
        "ja": "ICP該当は100%、非該当は0%、判定不能は空欄。平均がICP率になります。",
    },
    {"type": "Percent", "precision": 18, "scale": 1},
    # Left empty, so that an average leaves the unknown out.
    'IF(ISPICKVAL({flag}, "icp"), 1, IF(ISPICKVAL({flag}, "not_icp"), 0, NULL))',
)

FORMULAS: Final = (LIGHT, SHARE)

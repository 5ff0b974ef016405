"""The words of `bbm decide`, English and Japanese."""

from collections.abc import Mapping

from bbm_core.icp.profile import Lang

_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "number": "No.",
        "day": "Decided",
        "what": "What",
        "why": "Why",
        "effect": "Expected",
        "by": "By",
        "review": "Review",
        "volume": "volume",
        "balanced": "balanced",
        "quality": "quality",
        "none": "Nothing was decided yet. bbm decide quality --why … notes a stance.",
        "closed": "closed {day}",
        "early": "This turns the policy: {direction} was decided on {on} and has time until {due}.",
        "too_early": "no whole week since then is closed yet",
        "weeks": ", {weeks} weeks",
        "beside": "beside the other channels",
        "alone": "before and after alone, which proves little",
        "after_rose": "ICP rate {change} points [{low}, {high}] ({beside}{weeks}): it rose",
        "after_fell": "ICP rate {change} points [{low}, {high}] ({beside}{weeks}): it fell",
        "after_inconclusive": "ICP rate {change} points [{low}, {high}] ({beside}{weeks}): "
        "inconclusive",
        "after_too_few": "too few decided records before or after to say anything",
    },
    "ja": {
        "number": "番号",
        "day": "決定日",
        "what": "内容",
        "why": "理由",
        "effect": "期待する効果",
        "by": "決定者",
        "review": "見直し",
        "volume": "量",
        "balanced": "均衡",
        "quality": "質",
        "none": "決定はまだありません。bbm decide quality --why … で方針を記録します。",
        "closed": "{day} 終了",
        "early": "方針の転換です。{on}に{direction}と決めたばかりで、"
        "{due}までは様子を見る期間です。",
        "too_early": "決定後に締まった週がまだありません",
        "weeks": "、{weeks}週",
        "beside": "他チャネルとの差",
        "alone": "前後比較のみのため根拠は弱い",
        "after_rose": "ICP率 {change}ポイント [{low}, {high}]({beside}{weeks}):上昇",
        "after_fell": "ICP率 {change}ポイント [{low}, {high}]({beside}{weeks}):低下",
        "after_inconclusive": "ICP率 {change}ポイント [{low}, {high}]({beside}{weeks}):"
        "判断できません",
        "after_too_few": "前後の判定済み件数が少なく、何とも言えません",
    },
}


def say(lang: Lang, key: str, **values: object) -> str:
    return _WORDS[lang][key].format(**values)

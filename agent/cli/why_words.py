"""The words of `bbm why`, English and Japanese."""

from collections.abc import Mapping

from bbm_core.icp.profile import Lang

_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "unjudged": "not judged",
        "parked": "Parked since {since}: it could not be read or kept.",
        "gone": "The record is gone from the CRM.",
        "merged": "It was merged into {into}.",
        "filtered": "Outside the scope: the filter “{name}” takes it out.",
        "sealed": "The CRM takes no changes to it: a converted lead.",
        "segment": "Business: {name}",
        "segment_new": "new",
        "segment_renewal": "renewal",
        "segment_expansion": "expansion",
        "segment_existing": "existing customer",
        "status": "Status: {status}, since {at}",
        "criteria": "Point by point",
        "coverage": "Known: {percent}% of what the profile asks for; score {low} to {high}",
        "missing": "Missing: {names}",
        "deciding": "Filling in {name} decides the verdict.",
        "version": "Profile {profile}, version {version}",
        "heat_hot": "Engagement: hot, heat {level} of 4, {points} points",
        "heat_cold": "Engagement: heat {level} of 4, {points} points; {needed} are hot",
        "heat_unknown": "Engagement: not known",
        "heat_share": "{what} ({points}), last on {day}",
        "never_written": "Nothing was written to it yet.",
        "written": "Last written {at} (run {run}): {what}",
        "edited": "A person changed {field}: we wrote {ours}, it holds {theirs}.",
        "waiting": "Planned, not yet written: {what}",
        "no_stages": "It was in no stage of the funnel.",
        "stages": "Stages (with the verdict at the time)",
        "still": "now",
        "history": "What was written",
        "write_applied": "written",
        "write_refused": "refused",
        "write_gone": "not written, the record was gone",
    },
    "ja": {
        "unjudged": "未判定",
        "parked": "{since}から保留中:読み取りまたは保存ができませんでした。",
        "gone": "CRMにこのレコードはもうありません。",
        "merged": "{into}に統合されました。",
        "filtered": "対象範囲外:フィルター「{name}」により除外されています。",
        "sealed": "取引開始済みのため、CRMでは変更できません。",
        "segment": "区分:{name}",
        "segment_new": "新規",
        "segment_renewal": "更新",
        "segment_expansion": "拡張",
        "segment_existing": "既存顧客",
        "status": "ステータス:{status}({at}から)",
        "criteria": "項目ごとの判定",
        "coverage": "判定に必要な情報の{percent}%が判明。点数は{low}〜{high}の範囲です",
        "missing": "不足:{names}",
        "deciding": "{name}を入力すると判定が決まります。",
        "version": "プロファイル{profile}、バージョン{version}",
        "heat_hot": "エンゲージメント:ホット、温度感{level}(1が最高)、{points}点",
        "heat_cold": "エンゲージメント:温度感{level}(1が最高)、{points}点({needed}点以上でホット)",
        "heat_unknown": "エンゲージメント:不明",
        "heat_share": "{what}({points})、最終 {day}",
        "never_written": "まだ書き込んでいません。",
        "written": "最終書き込み {at}(実行{run}):{what}",
        "edited": "{field}が手動で変更されています:BBMの値は{ours}、現在の値は{theirs}。",
        "waiting": "書き込み予定:{what}",
        "no_stages": "どのステージにも入っていません。",
        "stages": "ステージ(当時の判定)",
        "still": "現在",
        "history": "書き込みの履歴",
        "write_applied": "書き込み済み",
        "write_refused": "拒否",
        "write_gone": "書き込めず(レコードなし)",
    },
}


def say(lang: Lang, key: str, **values: object) -> str:
    """One sentence; an event of the audit that has no words here stands for itself."""
    words = _WORDS[lang]
    return words[key].format(**values) if key in words else key

"""The words of `bbm explain-drift`, English and Japanese."""

from collections.abc import Mapping

from bbm_core.icp.profile import Lang

_EN: Mapping[str, str] = {
    "headline": "{stage}: ICP rate {before} → {after} ({change}; {low} to {high})",
    "headline_none": "{stage}: nothing to compare",
    "periods": "{after} against {before}; {known} classified records against {known_before}",
    "nothing": "One of the two periods holds no classified record.",
    "found_shift": "The rate changed around the week of {week} (between {low} and {high}).",
    "found_shift_sure": "The rate changed in the week of {week}.",
    "found_band": "The rate lies outside its band of {band}.",
    "within": "That is within what chance does.",
    "beyond": "The two periods differ beyond chance, yet no detector speaks: they watch a longer "
    "past, and hold back for small changes.",
    "needs": "To see a change of {points} takes about {records} classified records in each of two "
    "periods; at this stage that is {weeks} weeks of records.",
    "needs_never": "To see a change of {points} takes about {records} classified records in each "
    "of two periods; none come in.",
    "counts": "ICP a week {before} → {after}: {volume} from more or fewer records, {rate} from the "
    "changed rate.",
    "moved_inflow": "Where: in what comes in at {stage}.",
    "moved_link": "Where: on the way from {start} to {stage}; what comes in before is as usual.",
    "moved_nowhere": "Where: no single step of the funnel moved beyond chance.",
    "by": "By {dimension}:",
    "by_chance": "By {dimension}: not beyond what its slices do anyway.",
    "by_nearest": "By {dimension}, the nearest to a cause, though its slices swing like this in "
    "other weeks, too:",
    "by_few": "By {dimension}: too few weeks to tell it from chance.",
    "mix": "{points} from {slice}: share {before} → {after}, ICP rate {rate}   ({low} to {high})",
    "rate": "{points} from {slice}: ICP rate {before} → {after}   ({low} to {high})",
    "rest": "the slices with fewer than ten records",
    "unsure": "maybe chance",
    "reverses": "Mind Simpson's paradox: inside the slices the rate moved the other way; only the "
    "mix turned the total.",
    "sound": "Data: nothing speaks against the figures.",
    "doubts": "Data first:",
    "defined": "The ICP was defined anew on {day} ({version}); all figures here are by the "
    "definition in force.",
    "no_value": "no value",
    "no_channel": "no channel",
    "sentence": "ICP rate {before} → {after} ({change} [{low}, {high}])",
}

_JA: Mapping[str, str] = {
    "headline": "{stage}:ICP率 {before} → {after}({change}、{low}〜{high})",
    "headline_none": "{stage}:比較できません",
    "periods": "{after}と{before}の比較。判定済み{known}件と{known_before}件",
    "nothing": "どちらかの期間に判定済みのレコードがありません。",
    "found_shift": "変化の始まりは{week}の週ごろです({low}〜{high}の間)。",
    "found_shift_sure": "変化の始まりは{week}の週です。",
    "found_band": "範囲({band})の外に出ています。",
    "within": "偶然の範囲内です。",
    "beyond": "2つの期間の差は偶然とは言えませんが、検出器は反応していません。検出器はより長い"
    "過去を見ており、小さな変化では通知しません。",
    "needs": "{points}の変化を捉えるには、各期間に判定済みのレコードが約{records}件必要です。"
    "このステージでは{weeks}週間分にあたります。",
    "needs_never": "{points}の変化を捉えるには、各期間に判定済みのレコードが約{records}件"
    "必要ですが、流入がありません。",
    "counts": "週あたりのICP該当数 {before} → {after}:件数の増減による分{volume}、"
    "比率の変化による分{rate}。",
    "moved_inflow": "動いた場所:{stage}への流入そのもの。",
    "moved_link": "動いた場所:{start}から{stage}への移行。それより前は通常どおりです。",
    "moved_nowhere": "動いた場所:偶然を超えて動いた段階は特定できません。",
    "by": "{dimension}別:",
    "by_chance": "{dimension}別:ふだんの変動を超える動きはありません。",
    "by_nearest": "{dimension}別(原因に最も近いものの、ふだんの週でも同程度の変動があります):",
    "by_few": "{dimension}別:週の数が少なく、偶然と区別できません。",
    "mix": "{slice}の影響 {points}:構成比 {before} → {after}、ICP率 {rate}   ({low}〜{high})",
    "rate": "{slice}の影響 {points}:ICP率 {before} → {after}   ({low}〜{high})",
    "rest": "10件未満の区分",
    "unsure": "偶然の可能性あり",
    "reverses": "シンプソンのパラドックスに注意:各区分の中では逆方向に動いており、"
    "全体は構成比の変化だけで動いています。",
    "sound": "データ:数値に疑わしい点はありません。",
    "doubts": "まずデータを確認してください:",
    "defined": "{day}にICPの定義が変更されています({version})。ここでの数値はすべて"
    "現在の定義によるものです。",
    "no_value": "値なし",
    "no_channel": "チャネル未設定",
    "sentence": "ICP率{before}→{after}({change} [{low}, {high}])",
}


def say(lang: Lang, key: str, **values: str) -> str:
    return (_JA if lang == "ja" else _EN)[key].format(**values)


_DIMENSIONS: Mapping[str, str] = {
    "channel": "チャネル",
    "measure": "施策",
    "campaign": "キャンペーン",
    "team": "チーム",
    "owner": "担当者",
}


def dimension_word(lang: Lang, name: str) -> str:
    """A dimension that is no attribute, in the reader's language."""
    return _DIMENSIONS.get(name, name) if lang == "ja" else name

"""The words of the balance table and of the demo, English and Japanese."""

from collections.abc import Mapping

from bbm_core.balance.band import Band, Origin
from bbm_core.balance.watch import Skew

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "stage": "Stage",
        "total": "Total",
        "icp": "ICP",
        "unknown": "Unknown",
        "rate": "ICP rate",
        "interval": "95 %",
        "band": "Band",
        "verdict": "Verdict",
        "configured": "set",
        "baseline": "usual",
        "optimum": "best",
        "assumed": " (default hours)",
        "volume": "volume-heavy",
        "quality": "quality-heavy",
        "balanced": "in balance",
        "as_usual": "as usual",
        "unclear": "too few to tell",
        "unwatched": "no band yet",
        "partial": "PARTIAL: not every record is visible to the agent",
    },
    "ja": {
        "stage": "ステージ",
        "total": "総数",
        "icp": "ICP",
        "unknown": "判定不能",
        "rate": "ICP率",
        "interval": "95%区間",
        "band": "適正範囲",
        "verdict": "判定",
        "configured": "設定",
        "baseline": "通常",
        "optimum": "最適",
        "assumed": "(時間は既定値)",
        "volume": "量に偏り",
        "quality": "質に偏り",
        "balanced": "バランス内",
        "as_usual": "通常どおり",
        "unclear": "件数不足",
        "unwatched": "範囲なし",
        "partial": "一部のみ:エージェントから見えないレコードがあります",
    },
}


def assumed_words(band: Band, lang: str) -> str:
    """What is added to the origin of a band that rests on default hours."""
    return WORDS[lang]["assumed"] if band.assumed else ""


def verdict_words(skew: Skew, band: Band | None, lang: str) -> str:
    """What a skew is called; inside a band of the past is "as usual", never "in balance"."""
    words = WORDS[lang]
    if band is None:
        return words["unwatched"]
    if skew is Skew.BALANCED:
        return words["as_usual" if band.origin is Origin.BASELINE else "balanced"]
    return words[skew.value]

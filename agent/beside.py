"""What is said beside figures: the LTV share of customers, the age of values, foreign amounts."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from agent.alerts.figures import percent
from agent.store import Store
from agent.wiring import Books
from bbm_core.icp.profile import Lang
from bbm_core.value.customers import Part, value_part

_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "share": "Customers: {share} are of high lifetime value ({yes:,} of {known:,} told apart).",
        "none": "Customers: which of them are of high value is not known; run `bbm ltv`.",
        "age": "Lifetime values are those of {day} ({days}); `bbm ltv` finds them anew.",
        "today": "today",
        "day": "a day ago",
        "days": "{days} days ago",
        "foreign": "{count:,} amounts in {currency} are in no sum: [currencies] states no rate.",
    },
    "ja": {
        "share": "既存顧客のうち高LTVは{share}(区分済み{known:,}社中{yes:,}社)です。",
        "none": "既存顧客のLTV区分は未算出です。`bbm ltv`を実行してください。",
        "age": "LTVは{day}({days})に算出した値です。`bbm ltv`で更新できます。",
        "today": "本日",
        "day": "1日前",
        "days": "{days}日前",
        "foreign": "{currency}の金額{count:,}件は集計に含めていません。"
        "[currencies]に換算率がありません。",
    },
}


def ltv_part(books: Books) -> Part | None:
    """How many customers are of high value; None before `bbm ltv` has told any apart."""
    part = value_part(books.store.customer_values().values())
    return part if part.known else None


def ltv_lines(books: Books, lang: Lang) -> Iterator[str]:
    """The share of high values, which stands beside the customers' ICP rate."""
    part = ltv_part(books)
    if part is None:
        yield _WORDS[lang]["none"]
        return
    share = percent(part.share)
    yield _WORDS[lang]["share"].format(share=share, yes=part.yes, known=part.known)
    yield from age_lines(books.store, books.clock.now(), lang)


def age_lines(store: Store, now: datetime, lang: Lang) -> Iterator[str]:
    """How old the lifetime values are; nothing where there are none."""
    found = store.customer_values_found_at()
    if found is not None:
        words, days = _WORDS[lang], (now.date() - found.date()).days
        key = {0: "today", 1: "day"}.get(days, "days")
        yield words["age"].format(day=found.date(), days=words[key].format(days=days))


def foreign_lines(store: Store, lang: Lang) -> Iterator[str]:
    """Amounts that are in no sum, by their currency."""
    for currency, count in store.foreign_amounts().items():
        yield _WORDS[lang]["foreign"].format(count=count, currency=currency)

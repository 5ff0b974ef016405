"""`bbm accounts`: by what leads and contacts have an account, and why others have none."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from agent.accounts import Having, account_standing, is_matching, together, unread
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json, sign
from agent.cli.table import percent
from agent.clock import SystemClock
from agent.store.matches import MatchRow
from agent.wiring import Books, open_books
from bbm_core.icp.profile import Lang
from bbm_core.match import FINDING, Standing
from bbm_core.records import RecordKind


def accounts(
    *,
    examples: int = 5,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """By what leads and contacts have an account, and which are ambiguous or unsure.

    Args:
        examples: how many of the ambiguous and of the unsure to show.
        lang: the language of the tables.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        if json:
            print_json("bbm.accounts/1", books.clock.now(), _json(books, examples))
        else:
            _show(books, reading_lang(loaded, lang), max(0, examples))
    return 0


def match_note(books: Books, lang: Lang) -> str:
    """What every account figure must be read with: how many records have an account at all."""
    return _headline(together(account_standing(books)), lang)


def match_json(books: Books) -> Mapping[str, Any]:
    """The same for programs."""
    return _having_json(together(account_standing(books)))


def _headline(found: Having, lang: Lang) -> str:
    words = _WORDS[lang]
    return words["rate"].format(
        having=f"{found.having:,}",
        total=f"{found.total:,}",
        percent=percent(found.rate),
        named=f"{found.named:,}",
        matched=f"{sum(found.matched.values()):,}",
        ambiguous=f"{found.ambiguous:,}",
    )


def _show(books: Books, lang: Lang, most: int) -> None:
    out, words = console(), _WORDS[lang]
    standing = account_standing(books)
    if not standing:
        out.print(words["nobody"])
        return
    out.print(_headline(together(standing), lang))
    out.print(_table(standing, words, is_matching=is_matching(books)))
    if not is_matching(books):
        out.print(f"  {sign('warn')} {words['off']}")
        return
    for setting, attribute, kind in unread(books.settings):
        line = words["unread"].format(setting=setting, attribute=attribute, kind=words[kind.value])
        out.print(f"  {sign('warn')} {line}")
    for line in _examples(books, words, most):
        out.print(line)


_Words = Mapping[str, str]


def _table(standing: Mapping[RecordKind, Having], words: _Words, *, is_matching: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    table.add_column("", no_wrap=True)
    for kind in standing:
        table.add_column(words[kind.value], justify="right", no_wrap=True)
    columns = list(standing.values())
    table.add_row(words["named"], *(f"{one.named:,}" for one in columns))
    for key in FINDING if is_matching else ():
        label = words["matched"].format(key=words[f"by_{key.value}"])
        table.add_row(label, *(f"{one.matched.get(key, 0):,}" for one in columns))
    for name in ("ambiguous", "weak", "none", "blank") if is_matching else ("blank",):
        label = words[name if is_matching else "without"]
        table.add_row(label, *(f"{getattr(one, name):,}" for one in columns))
    table.add_row(words["total"], *(f"{one.total:,}" for one in columns))
    return table


def _examples(books: Books, words: _Words, most: int) -> Iterator[str]:
    for standing in (Standing.AMBIGUOUS, Standing.WEAK):
        found = books.store.matches(standing, most)
        if found:
            yield words[f"{standing.value}_title"].format(
                least=books.settings.accounts.min_confidence
            )
        for row in found:
            yield f"  {_example(row, words)}"


def _example(row: MatchRow, words: _Words) -> str:
    key = words[row.match.key.value] if row.match.key else ""
    if row.match.standing is Standing.AMBIGUOUS:
        accounts = ", ".join(row.match.candidates) or words["crowd"]
        return f"{row.ref}   {key}: {accounts}"
    return f"{row.ref}   {key} ({row.match.confidence}): {row.match.account}"


def _json(books: Books, most: int) -> Mapping[str, Any]:
    standing = account_standing(books)
    return {
        "matching": is_matching(books),
        "min_confidence": books.settings.accounts.min_confidence,
        "all": _having_json(together(standing)),
        "kinds": {kind: _having_json(one) for kind, one in standing.items()},
        "examples": [
            {
                "record": str(row.ref),
                "standing": row.match.standing,
                "key": row.match.key,
                "confidence": row.match.confidence,
                "account": row.match.account,
                "candidates": row.match.candidates,
            }
            for one in (Standing.AMBIGUOUS, Standing.WEAK)
            for row in books.store.matches(one, max(0, most))
        ],
        "problems": [],
    }


def _having_json(found: Having) -> Mapping[str, Any]:
    return {
        "records": found.total,
        "with_account": found.having,
        "rate": found.rate,
        "named": found.named,
        "matched": {key: found.matched.get(key, 0) for key in FINDING},
        "ambiguous": found.ambiguous,
        "weak": found.weak,
        "none": found.none,
        "blank": found.blank,
    }


_WORDS: Mapping[Lang, _Words] = {
    "en": {
        "rate": (
            "{having} of {total} leads and contacts have an account ({percent}):"
            " {named} named by the CRM, {matched} matched; {ambiguous} ambiguous"
        ),
        "nobody": "No lead or contact is kept yet: run `bbm sync` first.",
        "off": "Accounts are not looked for: name the attributes in [accounts], docs/accounts.md.",
        "unread": "{kind} are not matched by {setting}: [attributes.{attribute}] names no field.",
        "lead": "Leads",
        "account": "Accounts",
        "contact": "Contacts",
        "named": "Named by the CRM",
        "matched": "Matched by {key}",
        "corporate_number": "corporate number",
        "domain": "domain",
        "name": "name",
        "by_corporate_number": "corporate number",
        "by_domain": "domain",
        "by_name": "name and prefecture",
        "ambiguous": "Ambiguous",
        "weak": "Not sure enough",
        "none": "No account like it",
        "blank": "Nothing to go by",
        "without": "Without an account",
        "total": "Total",
        "ambiguous_title": "Ambiguous: several accounts fit equally well. Are there doubles?",
        "weak_title": "Not sure enough: below the confidence of {least} that is asked for",
        "crowd": "more than 50 accounts",
    },
    "ja": {
        "rate": (
            "リード・取引先責任者{total}件のうち{having}件({percent})に取引先があります:"
            "CRMで設定済み{named}件、マッチング{matched}件。候補が複数{ambiguous}件"
        ),
        "nobody": "リード・取引先責任者がまだありません。先に `bbm sync` を実行してください。",
        "off": "取引先を照合していません。[accounts] で属性を指定してください(docs/accounts.md)。",
        "unread": "{kind}は{setting}で照合できません。[attributes.{attribute}]に項目がありません。",
        "lead": "リード",
        "account": "取引先",
        "contact": "取引先責任者",
        "named": "CRMで設定済み",
        "matched": "{key}で一致",
        "corporate_number": "法人番号",
        "domain": "ドメイン",
        "name": "会社名",
        "by_corporate_number": "法人番号",
        "by_domain": "ドメイン",
        "by_name": "会社名と都道府県",
        "ambiguous": "候補が複数",
        "weak": "確度不足",
        "none": "該当する取引先なし",
        "blank": "手がかりなし",
        "without": "取引先なし",
        "total": "合計",
        "ambiguous_title": "候補が複数:同じ確度の取引先が複数あります。重複がないかご確認ください",
        "weak_title": "確度不足:必要な確度{least}に達していません",
        "crowd": "50件を超える取引先",
    },
}

"""Attributes that nobody knows before the outcome, by what fields of this kind are called.

A learner that is shown the stage, the amount or the owner finds the outcome in them, not the
customer. They are left out by name and listed; whoever knows better can ask for one by name.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from bbm_core.icp.normalise import normalise_text


class Denial(StrEnum):
    """Why an attribute is not learned from."""

    OUTCOME = "outcome"  # stage, status, won, lost, closed, converted
    MONEY = "money"  # amount, expected revenue, contract value
    AFTER = "after"  # dates and reasons of the close, of the conversion, of the last contact
    PEOPLE = "people"  # owner and team: who worked on it
    SCORE = "score"  # somebody's judgement of the lead, ours among them
    NAME = "name"  # ids, names, addresses: who it is, not what it is like


def denied(*names: str) -> Denial | None:
    """Why none of these names of one attribute may be learned from; None: it may."""
    return next((why for name in names for why in _denials(_words(name))), None)


def _denials(words: str) -> Iterable[Denial]:
    padded = f" {words} "
    for why, whole, parts in _RULES:
        if words in whole or any(_holds(padded, part) for part in parts):
            yield why


def _holds(padded: str, part: str) -> bool:
    """Whether the part is there as whole words; Japanese sets no blanks between them."""
    return (f" {part} " if part.isascii() else part) in padded


def _words(name: str) -> str:
    """IsWon, is_won and IS WON are one; what a CRM adds to its own fields' names goes."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.removesuffix("__c"))
    return normalise_text(re.sub(r"[_.-]+", " ", parted))


_RULES: tuple[tuple[Denial, frozenset[str], tuple[str, ...]], ...] = (
    (
        Denial.OUTCOME,
        frozenset({"status", "stage", "type", "won", "lost", "outcome", "result", "churned"}),
        (
            *("stage", "stage name", "lead status", "lifecycle", "lifecyclestage", "dealstage"),
            *("is won", "is lost", "is closed", "closed won", "closed lost", "has won", "churn"),
            *("is converted", "converted", "conversion", "pipeline", "forecast", "probability"),
            *("forecast category", "deal stage", "win rate", "ltv", "ltv class", "lifetime value"),
            *("ステージ", "商談ステージ", "フェーズ", "受注", "失注", "成約", "取引開始", "確度"),
        ),
    ),
    (
        Denial.MONEY,
        frozenset({"amount", "value", "price", "金額", "売上", "粗利", "margin", "profit", "arr"}),
        (
            *("deal amount", "opportunity amount", "closed amount", "won amount", "order amount"),
            *("expected revenue", "close value", "deal value", "contract value", "order value"),
            *("won value", "acv", "tcv", "mrr", "gross margin", "deal size", "lost amount"),
            *("商談金額", "契約金額", "見込金額", "累計売上"),
        ),
    ),
    (
        Denial.AFTER,
        frozenset({"closedate", "close", "closed"}),
        (
            *("close date", "closed date", "closed at", "closed on", "date closed", "won date"),
            *("loss reason", "lost reason", "closed lost reason", "won reason", "closed reason"),
            *("last activity", "last contacted", "next step", "last modified", "days to close"),
            *("number of activities", "sales cycle", "engage date", "first order", "last order"),
            *("完了予定日", "完了日", "失注理由", "受注日", "最終活動日", "次のステップ"),
        ),
    ),
    (
        Denial.PEOPLE,
        frozenset({"rep", "manager", "team", "担当", "担当者", "所有者"}),
        (
            *("owner", "sales agent", "sales rep", "account executive", "assigned to", "csm"),
            *("created by", "modified by", "営業担当", "所有者", "担当営業"),
        ),
    ),
    (
        Denial.SCORE,
        frozenset({"score", "grade", "rating", "tier", "スコア"}),
        (
            *("lead score", "hubspotscore", "hubspot score", "fit score", "engagement score"),
            *("einstein", "behavior score", "bbm", "icp", "lead grade", "health score"),
            *("リードスコア", "スコアリング"),
        ),
    ),
    (
        Denial.NAME,
        frozenset({"id", "name", "email", "phone", "address", "company", "account", "website"}),
        (
            *("first name", "last name", "full name", "e mail", "email address", "phone number"),
            *("company name", "account name", "account id", "lead id", "contact id", "record id"),
            *("opportunity id", "customer id", "deal id", "street", "postal code", "zip"),
            *("氏名", "会社名", "電話", "住所", "メールアドレス"),
        ),
    ),
)

"""The demo as it reads in a terminal, English and Japanese."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from agent.alerts.terminal import render_text
from agent.cli.output import sign
from agent.cli.table import balance_table
from agent.cli.words import WORDS
from agent.cycle import Report
from agent.demo.play import Outcome, Script
from agent.tell import Told
from agent.wiring import Agent
from bbm_core.icp.classify import Flag
from bbm_core.icp.profile import Lang
from bbm_core.records import Answer

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "up": "{ok} sandbox {crm:<12} {url}   {counts}",
        "fields": "{ok} fields               {created} created, by a login the agent does not have",
        "first": "{ok} pulled and judged    {records:,} records: {icp:,} ICP, {no:,} not, "
        "{unknown:,} unknown, {outside:,} outside the scope",
        "written": "{ok} written back         {written:,} records, {checked:,} read again, "
        "{differing:,} differ   ({calls:,} API calls)",
        "balance": "The balance of the last four weeks, new business:",
        "second": "{ok} second sync          {applied} writes: nothing had changed",
        "passing": "Weeks of the sandbox's clock pass …",
        "week": "  week {week:>2}   {read:>5,} changed records read, {applied:>4,} written   "
        "ICP rate of new leads {rate}",
        "alert": "What Slack shows now:",
        "planted": "planted  {planted}",
        "found": "found    {found}",
        "nothing": "nothing",
        "what": "{direction}, by the channel {channel}",
        "agrees": "{ok} found what was planted",
        "differs": "{bad} did not find what was planted",
        "next": "Next:\n  bbm demo --story drift-quality     or healthy, messy; --crm hubspot; "
        "--lang ja\n  bbm demo --keep DIR                then look into it: "
        "bbm why BBM-… --config DIR/config.toml\n"
        "  bbm init                           your own CRM\n"
        "  bbm sandbox serve --help           your own CSV exports, without a CRM",
    },
    "ja": {
        "up": "{ok} サンドボックス {crm}   {url}   {counts}",
        "fields": "{ok} 項目を{created}件作成(エージェントとは別の権限で)",
        "first": "{ok} {records:,}件を取得・判定: ICP {icp:,}、非該当 {no:,}、"
        "判定不能 {unknown:,}、対象外 {outside:,}",
        "written": "{ok} {written:,}件に書き戻し、{checked:,}件を再読込、差異 {differing:,}件"
        "(API {calls:,}回)",
        "balance": "直近4週間のバランス(新規):",
        "second": "{ok} 2回目の同期: 書き込み {applied}件(変更なし)",
        "passing": "サンドボックスの時計を進めます…",
        "week": "  {week:>2}週目   変更 {read:>5,}件を取得、{applied:>4,}件に書き込み   "
        "新規リードのICP率 {rate}",
        "alert": "Slackに届いた通知:",
        "planted": "仕込み  {planted}",
        "found": "検出    {found}",
        "nothing": "なし",
        "what": "{direction}、チャネル {channel}",
        "agrees": "{ok} 仕込んだ偏りを検出しました",
        "differs": "{bad} 仕込んだ偏りと一致しません",
        "next": "次の一歩:\n  bbm demo --story drift-quality --lang ja\n"
        "  bbm demo --keep DIR      続けて bbm why BBM-… --config DIR/config.toml\n"
        "  bbm init                 自社のCRMで始める\n"
        "  bbm sandbox serve --help 自社のCSVで試す(CRM不要)",
    },
}


class Terminal:
    """Tells a reader at a terminal what happens."""

    def __init__(self, out: Console, lang: Lang) -> None:
        self._out = out
        self._lang = lang
        self._passing = False

    def sandbox_is_up(self, ready: Mapping[str, Any], script: Script) -> None:
        counts = " · ".join(f"{name} {n:,}" for name, n in ready["records"].items())
        self._say("up", crm=script.crm, url=ready["url"], counts=counts)

    def fields_are_there(self, created: int) -> None:
        self._say("fields", created=created)

    def first_sync(self, agent: Agent, report: Report) -> None:
        flags = agent.store.flag_counts()
        by_flag = {flag: sum(n for (_, one), n in flags.items() if one is flag) for flag in Flag}
        self._say(
            "first",
            records=report.intake.read.total(),
            icp=by_flag[Flag.YES],
            no=by_flag[Flag.NO],
            unknown=by_flag[Flag.UNKNOWN],
            outside=sum(agent.store.filter_counts().values()),
        )
        self._say(
            "written",
            written=report.delivery.answers[Answer.APPLIED],
            checked=report.delivery.checked,
            differing=len(report.delivery.differing),
            calls=agent.budget.spent,
        )
        self._out.print()
        self._say("balance")
        self._out.print(balance_table(report.stages, self._lang))

    def second_sync(self, report: Report) -> None:
        self._say("second", applied=report.delivery.answers[Answer.APPLIED])

    def week_passed(self, agent: Agent, week: int, report: Report) -> None:  # noqa: ARG002 - the audience's form
        if not self._passing:
            self._say("passing")
            self._passing = True
        rate = report.stages[0].last_week_rate
        self._say(
            "week",
            week=week,
            read=report.intake.read.total() - report.intake.echoes.total(),
            applied=report.delivery.answers[Answer.APPLIED],
            rate="–" if rate is None else f"{100 * rate:.1f}%",
        )

    def alert_came(self, agent: Agent, told: Told, report: Report) -> None:
        self._out.print()
        self._say("alert")
        self._out.print()
        for line in render_text(told.message).splitlines():
            self._out.print(f"  {line}".rstrip())
        self._out.print(balance_table(report.stages, agent.settings.crm.lang))

    def finished(self, agent: Agent, outcome: Outcome) -> None:  # noqa: ARG002 - the audience's form
        planted, found = outcome.planted, outcome
        self._say("planted", planted=self._what(planted["direction"], planted["channel"]))
        self._say("found", found=self._what(found.found_direction, found.found_channel))
        self._say("agrees" if outcome.agrees else "differs")
        self._out.print()
        self._say("next")

    def _what(self, direction: str | None, channel: str | None) -> str:
        if direction is None:
            return _WORDS[self._lang]["nothing"]
        named = WORDS[self._lang].get(direction, direction)
        return _WORDS[self._lang]["what"].format(direction=named, channel=channel)

    def _say(self, name: str, **values: object) -> None:
        text = _WORDS[self._lang][name]
        self._out.print(text.format(ok=sign("ok"), bad=sign("bad"), **values))


class Nobody:
    """Is told everything and shows nothing."""

    def sandbox_is_up(self, ready: Mapping[str, Any], script: Script) -> None: ...
    def fields_are_there(self, created: int) -> None: ...
    def first_sync(self, agent: Agent, report: Report) -> None: ...
    def second_sync(self, report: Report) -> None: ...
    def week_passed(self, agent: Agent, week: int, report: Report) -> None: ...
    def alert_came(self, agent: Agent, told: Told, report: Report) -> None: ...
    def finished(self, agent: Agent, outcome: Outcome) -> None: ...

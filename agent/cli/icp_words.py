"""The words of the `bbm icp` commands, English and Japanese."""

from types import MappingProxyType
from typing import Final

from bbm_core.icp.profile import Lang

EN: Final = MappingProxyType(
    {
        # show
        "in_force": "In force",
        "since": "since {at}, {act} by {author}: {reason}",
        "from_config": "It stands in {path}.",
        "not_config": "It was published. {path} holds {version}, a draft that is not in force.",
        "bring_in_line": "Publish that with `bbm icp publish`, or write the one in force into the "
        "file: `bbm icp show active --toml` prints it.",
        "run_by": "Judged by {version}, the ICP that was published; the configuration holds "
        "{configuration}, a draft that is not in force (bbm icp show).",
        "reheated": "icp_mode or [engagement] was changed in {path}; the next sync takes it over, "
        "under the guards. `bbm engagement` shows who fits and is hot.",
        "edited": "{path} was changed to {version}; the next sync takes it over, under the guards. "
        "See what it changes: `bbm icp simulate`.",
        "never_synced": "Nothing was synced yet; the first sync puts the profile in {path} in "
        "force.",
        "shadow_is": "Challenger: {version}, beside it since {at}. It writes nothing.",
        "profile": "{name}: ICP from a score of {threshold}; tiers A from {A}, B from {B}, "
        "C from {C}",
        "group": "group {id}: at most {cap} points",
        "state_active": "in force",
        "state_draft": "draft",
        "state_shadow": "challenger",
        "state_retired": "retired",
        "act_registered": "first seen",
        "act_edited": "edited",
        "act_published": "published",
        "act_rolled_back": "rolled back",
        "act_shadowed": "made challenger",
        "act_withdrawn": "challenger withdrawn",
        # diff and what-if
        "same": "They ask the same.",
        "changes": "What changes",
        "sides": "Who changes sides",
        "enters": "enters",
        "leaves": "leaves",
        "stays": "stays",
        "records": "Records",
        "companies": "Companies",
        "opportunity": "With an opportunity",
        "won": "Won of decided",
        "worth": "Worth each",
        "worth_known": "{worth} (n={count})",
        "first": "first of those that {side}: {refs}",
        "enter": "enter",
        "leave": "leave",
        "tiers": "Tiers, before (down) and after (across)",
        "stages": "ICP rate of what came in since {since}",
        "stage": "Stage",
        "total": "Total",
        "before": "Before",
        "after": "After",
        "writes": "Writes: {writes} records, {flips} of them another flag; about {calls} API "
        "calls; {owners} owners are affected.",
        "nothing_to_write": "Nothing would be written.",
        "guards": "Without a publication the next sync would stop:",
        "no_guard": "No guard would stop the next sync.",
        "agreed": "Publishing agrees to exactly these {flips} flips; others still meet the guards.",
        "digest": "what-if {digest}",
        "how_to_publish": "Put it in force with:  {command}",
        # publish, rollback
        "ask": "Put {version} in force?",
        "published": "{version} is in force. The next sync writes it: bbm sync",
        "rolled_back": "{version} is in force again. The next sync writes it: bbm sync",
        "draft_left": "{path} still holds {version}. From now on that is a draft: a sync judges by "
        "the published one until you publish another, or write the published one into the file "
        "(`bbm icp show active --toml` prints it).",
        "shadowed": "{version} is judged beside the one in force from now on. Compare them with: "
        "bbm icp backtest --shadow",
        "withdrawn": "{version} is no longer judged beside the one in force.",
        # test
        "row": "Line",
        "score": "Score",
        "more_rows": "… and {count} more (all with --json)",
        "absent": "No column gives {names}; what asks for it stays open.",
        "unused": "Columns that are no attribute: {names}",
        # history
        "at": "At",
        "what": "What",
        "version": "Version",
        "by": "By",
        "why": "Why",
        "state": "Now",
        "trend": "ICP rate of {stage}, as it was and as the definition in force counts it",
        "month": "Month",
        "as_was": "As it was",
        "restated": "Restated",
        "changed_here": "{version} from {day}",
        "health_hours": "What a sales hour brought: companies of a year, each followed for {days} "
        "days",
        "health_companies": "What a lead brought, as no hours are configured: companies of a "
        "year, each followed for {days} days",
        "mark": "{day}: the ICP definition changed, {before} → {version} ({act} by {author}). All "
        "figures are counted by one definition, so this is no drift.",
        "pending": "{version} is in force and not yet counted by: bbm sync",
        "quarter": "Quarter",
        "others": "Others",
        "sure": "ICP ahead",
        "pays_yes": "pays",
        "pays_open": "not certain",
        "pays_no_longer": "no longer pays",
        "pays_too_few": "too few to tell",
        "no_log": "No version was in force yet; the first sync notes the first one.",
    }
)

JA: Final = MappingProxyType(
    {
        "in_force": "適用中",
        "since": "{at}から。{author}が{act}:{reason}",
        "from_config": "{path}の内容です。",
        "not_config": "公開されたバージョンです。"
        "{path}にあるのは{version}で、適用されていない下書きです。",
        "bring_in_line": "下書きを適用するには`bbm icp publish`、適用中の内容をファイルに戻すには"
        "`bbm icp show active --toml`の出力を貼り付けてください。",
        "run_by": "公開されたICP定義{version}で判定しています。設定ファイルの{configuration}は"
        "適用されていない下書きです(bbm icp show)。",
        "reheated": "{path}のicp_modeまたは[engagement]が変更されています。"
        "次の同期で、ガードの確認を経て適用されます。"
        "適合とホットの内訳は`bbm engagement`で確認できます。",
        "edited": "{path}は{version}に変更されています。"
        "次の同期で、ガードの確認を経て適用されます。"
        "影響は`bbm icp simulate`で確認できます。",
        "never_synced": "まだ同期していません。最初の同期で{path}のプロファイルが適用されます。",
        "shadow_is": "比較中の候補:{version}({at}から)。CRMには書き込みません。",
        "profile": "{name}:{threshold}点以上がICP。ランクはAが{A}点、Bが{B}点、Cが{C}点から",
        "group": "グループ{id}:最大{cap}点",
        "state_active": "適用中",
        "state_draft": "下書き",
        "state_shadow": "比較中",
        "state_retired": "終了",
        "act_registered": "初回登録",
        "act_edited": "編集",
        "act_published": "公開",
        "act_rolled_back": "差し戻し",
        "act_shadowed": "候補に指定",
        "act_withdrawn": "候補を取り下げ",
        "same": "内容は同じです。",
        "changes": "変更点",
        "sides": "判定が変わるレコード",
        "enters": "ICPに入る",
        "leaves": "ICPから外れる",
        "stays": "ICPのまま",
        "records": "レコード",
        "companies": "企業",
        "opportunity": "商談化",
        "won": "受注/決着",
        "worth": "1社の価値",
        "worth_known": "{worth} (n={count})",
        "first": "{side}レコードの例:{refs}",
        "enter": "ICPに入る",
        "leave": "ICPから外れる",
        "tiers": "ランク(縦:変更前、横:変更後)",
        "stages": "{since}以降に入ったもののICP率",
        "stage": "ステージ",
        "total": "総数",
        "before": "変更前",
        "after": "変更後",
        "writes": "書き込み:{writes}件(うち判定の変更{flips}件)、API呼び出し約{calls}回、"
        "担当者{owners}名に影響します。",
        "nothing_to_write": "書き込みはありません。",
        "guards": "公開しない場合、次の同期は停止します:",
        "no_guard": "次の同期を止めるガードはありません。",
        "agreed": "公開すると、この{flips}件の判定変更だけが承認されます。"
        "それ以外は引き続きガードの対象です。",
        "digest": "試算 {digest}",
        "how_to_publish": "適用するには:{command}",
        "ask": "{version}を適用しますか?",
        "published": "{version}を適用しました。次の同期で書き込みます:bbm sync",
        "rolled_back": "{version}を再び適用しました。次の同期で書き込みます:bbm sync",
        "draft_left": "{path}には{version}が残っています。"
        "今後これは下書きで、別のものを公開するか、"
        "適用中の内容(`bbm icp show active --toml`で表示)をファイルに書き戻すまで、"
        "同期は公開されたバージョンで判定します。",
        "shadowed": "{version}を適用中の定義と並べて判定します。"
        "比較するには:bbm icp backtest --shadow",
        "withdrawn": "{version}の並行判定を終了しました。",
        "row": "行",
        "score": "点数",
        "more_rows": "…他{count}件(すべては--jsonで)",
        "absent": "{names}の列がないため、その条件は判定できません。",
        "unused": "属性ではない列:{names}",
        "at": "日時",
        "what": "操作",
        "version": "バージョン",
        "by": "実行者",
        "why": "理由",
        "state": "現在",
        "trend": "{stage}のICP率(当時の定義と、適用中の定義による再計算)",
        "month": "月",
        "as_was": "当時",
        "restated": "再計算",
        "changed_here": "{day}から{version}",
        "health_hours": "営業1時間あたりの成果(1年間に入った企業を各{days}日追跡)",
        "health_companies": "リード1件あたりの成果(時間の設定がないため。"
        "1年間に入った企業を各{days}日追跡)",
        "mark": "{day}:ICP定義が{before}から{version}に変わりました({author}が{act})。"
        "すべての数値は同じ定義で集計しているため、変動ではありません。",
        "pending": "{version}が適用中ですが、まだ集計に反映されていません:bbm sync",
        "quarter": "四半期",
        "others": "ICP以外",
        "sure": "ICP優位の確率",
        "pays_yes": "優位",
        "pays_open": "判断できず",
        "pays_no_longer": "優位が見られない",
        "pays_too_few": "件数不足",
        "no_log": "まだ適用されたバージョンはありません。最初の同期で登録されます。",
    }
)


def say(lang: Lang, key: str, **values: object) -> str:
    """The sentence in this language, with its blanks filled."""
    return (JA if lang == "ja" else EN)[key].format(**values)

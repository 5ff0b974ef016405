// Every text of the card. The words are those of the Salesforce component, where it has them.
export interface Words {
    verdicts: Record<Verdict, string>;
    score: string;
    scoreReach: string;
    tier: string;
    why: string;
    points: string;
    missing: string;
    missingHelp: string;
    coverage: string;
    judged: string;
    version: string;
    override: string;
    overrideUntil: string;
    overridePending: string;
    overrideEnded: string;
    overrideHow: string;
    overrideHere: string;
    unchanged: string;
    loading: string;
    notJudgedTitle: string;
    notJudged: string;
    hiddenTitle: string;
    hidden: string;
    failedTitle: string;
    failed: string;
    outdated: string;
    again: string;
}

export type Verdict = "icp" | "not_icp" | "unknown";
export type Lang = "en" | "ja";

const EN: Words = {
    verdicts: { icp: "ICP", not_icp: "Not ICP", unknown: "Unknown" },
    score: "{0} of 100 points",
    scoreReach: "{0} of 100 points, could reach {1} to {2}",
    tier: "Tier {0}",
    why: "Why",
    points: "{0} points",
    missing: "Missing data",
    missingHelp: "Filling these in can change the verdict.",
    coverage: "{0}% of what counts is known",
    judged: "Judged {0}",
    version: "Definition {0}",
    override: "Decided by sales: {0}",
    overrideUntil: "Until {0}",
    overridePending: "BBM takes this over in its next cycle.",
    overrideEnded: "This ended on {0}. BBM's own verdict counts again after its next cycle.",
    overrideHow:
        "Sales knows better? In the properties, under BBM / ICP, choose the override and give a reason. BBM keeps your choice.",
    overrideHere: "Sales knows better? Choose here and give a reason. BBM keeps your choice.",
    unchanged:
        "Unchanged for {0} days. BBM writes only what changes, so this is usual where the data stand still.",
    loading: "Loading the ICP fit",
    notJudgedTitle: "Not judged yet",
    notJudged: "BBM does so in its next cycle.",
    hiddenTitle: "No ICP properties",
    hidden: "They are not set up on these records, or you may not see them. Ask your administrator.",
    failedTitle: "Not available",
    failed: "The ICP fit cannot be shown right now. If that stays, ask your administrator whether the ICP properties are set up.",
    outdated: "This may be out of date: it could not be read again.",
    again: "Try again"
};

const JA: Words = {
    verdicts: { icp: "ICP該当", not_icp: "非該当", unknown: "判定不能" },
    score: "{0} / 100点",
    scoreReach: "{0} / 100点({1}〜{2}点になり得ます)",
    tier: "ランク{0}",
    why: "判定の理由",
    points: "{0}点",
    missing: "不足項目",
    missingHelp: "入力すると判定が変わることがあります。",
    coverage: "判定に必要な情報の{0}%が入力済み",
    judged: "{0} 判定",
    version: "ICP定義 {0}",
    override: "営業の判断: {0}",
    overrideUntil: "{0}まで",
    overridePending: "次回の処理で反映されます。",
    overrideEnded: "期限の{0}を過ぎました。次回の処理でBBMの判定に戻ります。",
    overrideHow:
        "営業の判断で変更する場合は、プロパティの「BBM / ICP」で手動判定を選び、理由を入力してください。BBMは選択を尊重します。",
    overrideHere: "営業の判断で変更する場合に選び、理由を入力してください。BBMは選択を尊重します。",
    unchanged:
        "{0}日間変わっていません。BBMは変化があったときだけ書き込むため、データに変化がなければ正常です。",
    loading: "ICP判定を読み込み中",
    notJudgedTitle: "まだ判定されていません",
    notJudged: "次回の処理で判定されます。",
    hiddenTitle: "ICP項目がありません",
    hidden: "このレコードに項目が設定されていないか、参照権限がありません。管理者に確認してください。",
    failedTitle: "表示できません",
    failed: "ICP判定を表示できません。時間をおいて再度お試しください。続く場合は、ICP項目が設定されているか管理者に確認してください。",
    outdated: "再読み込みできなかったため、最新でない可能性があります。",
    again: "再試行"
};

export const WORDS: Record<Lang, Words> = { en: EN, ja: JA };

/** A text with its places filled, in their order. */
export function filled(text: string, ...values: (string | number)[]): string {
    return text.replace(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)]));
}

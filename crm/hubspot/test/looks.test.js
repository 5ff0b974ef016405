// Every state in both languages; with BBM_LOOKS the cards are kept for scripts/screenshots.mjs.
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { standIn } from "./standin";
import { FITS, READERS, shown, UNKNOWN } from "./world";

const FOLDER = process.env.BBM_LOOKS;

const JAPANESE = {
    ...FITS,
    bbm_reason: "85点。従業員数1,200名(+40)、業種=製造業(+30)、国=日本(+15)。不足:役職。",
    bbm_missing: "役職"
};
const REJECTED = {
    bbm_icp: "not_icp",
    bbm_score: "30",
    bbm_tier: "D",
    bbm_missing: null,
    bbm_coverage: "100"
};
const JAPANESE_UNKNOWN = {
    ...UNKNOWN,
    bbm_reason: "判定不能:従業員数と業種が未入力(15〜85点になり得ます)。現在15点:国=日本(+15)。",
    bbm_missing: "従業員数、業種"
};
const DECIDED = { bbm_icp: "icp", bbm_override: "icp", bbm_override_until: "2026-12-31" };
const DECIDED_EN = {
    ...UNKNOWN,
    ...DECIDED,
    bbm_reason:
        'ICP by a person\'s decision (until 31 Dec 2026): "Their parent company is a key account". BBM says unknown, 15.',
    bbm_override_reason: "Their parent company is a key account"
};
const DECIDED_JA = {
    ...JAPANESE_UNKNOWN,
    ...DECIDED,
    bbm_reason:
        "人の判断でICP(2026/12/31まで)「親会社が重点顧客のため」。BBMの判定は判定不能、15点。",
    bbm_override_reason: "親会社が重点顧客のため"
};

const both = (values) => ({ en: { ...FITS, ...values }, ja: { ...JAPANESE, ...values } });
const STATES = {
    fits: { en: FITS, ja: JAPANESE },
    does_not_fit: {
        en: {
            ...FITS,
            ...REJECTED,
            bbm_reason:
                "30. Industry = Wholesale (+30). Employees 12 (0), Country = Brazil (0), Title = Assistant (0)."
        },
        ja: {
            ...JAPANESE,
            ...REJECTED,
            bbm_reason: "30点。業種=卸売業(+30)。従業員数12名(0)、国=ブラジル(0)、役職=主任(0)。"
        }
    },
    unknown: { en: UNKNOWN, ja: JAPANESE_UNKNOWN },
    decided_by_sales: { en: DECIDED_EN, ja: DECIDED_JA },
    not_taken_over: both({ bbm_override: "not_icp" }),
    ended: both({ bbm_override: "not_icp", bbm_override_until: "2026-11-01" }),
    long_unchanged: both({ bbm_scored_at: "2026-06-01T00:00:00Z" }),
    not_judged: both({ bbm_icp: null }),
    not_set_up: { en: {}, ja: {} },
    failed: { en: {}, ja: {}, as: { error: new Error("No network") } },
    outdated: { ...both({}), as: { error: new Error("No network") } },
    loading: { en: {}, ja: {}, as: { isLoading: true } },
    in_the_middle: { en: UNKNOWN, ja: JAPANESE_UNKNOWN, as: { location: "crm.record.tab" } }
};
const CASES = Object.keys(STATES).flatMap((state) => [
    [state, "en"],
    [state, "ja"]
]);

function keep(name, text) {
    if (FOLDER) {
        fs.writeFileSync(path.join(FOLDER, `${name}.html`), text);
    }
}

describe("how it looks", () => {
    it.each(CASES)("when it is %s, in %s", (state, lang) => {
        const card = shown(STATES[state][lang], { user: READERS[lang], ...STATES[state].as });
        keep(`${state}.${lang}`, standIn(card.getRootNode().childNodes));

        const texts = card.texts().join("\n");
        expect(texts).not.toMatch(/\{\d\}|undefined|null|NaN|Invalid/);
        expect(/[ぁ-ん一-龠]/.test(texts)).toBe(lang === "ja");
    });
});

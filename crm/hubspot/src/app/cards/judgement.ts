// What the properties of a record say, before anybody puts it into words.
import { type Meaning, PROPERTIES } from "./properties";
import { readMissing, readReasons, type Reasons } from "./reasons";
import type { Verdict } from "./words";

const VERDICTS: readonly string[] = ["icp", "not_icp", "unknown"];
const DAY = 24 * 60 * 60 * 1000;

/** After so many days without a change the card says that it is long. */
export const LONG_UNCHANGED = 90;

/** A person's decision: in force, not taken over yet, or at its end. */
export interface Override {
    verdict: Verdict;
    state: "standing" | "pending" | "ended";
    reason: string;
    until?: Date;
}

export interface Judgement {
    verdict: Verdict;
    score?: number;
    tier: string;
    reasons: Reasons;
    missing: string[];
    coverage?: number;
    version: string;
    judged?: Date;
    unchangedDays: number;
    override?: Override;
}

/** Nothing of ours is there, nothing was judged, or the judgement. */
export type Reading = "hidden" | "not judged" | Judgement;

type Properties = Record<string, string | null | undefined>;

export function readingOf(properties: Properties, now: Date): Reading {
    if (properties[PROPERTIES.flag] === undefined) {
        return "hidden";
    }
    const text = (meaning: Meaning) => (properties[PROPERTIES[meaning]] ?? "").trim();
    const verdict = verdictOf(text("flag"));
    if (!verdict) {
        return "not judged";
    }
    const judged = momentOf(text("judged"));
    return {
        verdict,
        score: numberOf(text("score")),
        tier: text("tier"),
        reasons: readReasons(text("reason")),
        missing: readMissing(text("missing")),
        coverage: numberOf(text("coverage")),
        version: text("version"),
        judged,
        unchangedDays: judged ? Math.floor((now.getTime() - judged.getTime()) / DAY) : 0,
        override: overrideOf(text, verdict, now)
    };
}

function overrideOf(
    text: (meaning: Meaning) => string,
    flag: Verdict,
    now: Date
): Override | undefined {
    const verdict = verdictOf(text("override"));
    if (!verdict || verdict === "unknown") {
        return undefined;
    }
    const until = momentOf(text("overrideUntil"));
    // The last day counts to its end, in UTC as the agent counts it.
    const ended = until !== undefined && until.getTime() + DAY <= now.getTime();
    const state = ended ? "ended" : verdict === flag ? "standing" : "pending";
    return { verdict, state, reason: text("overrideReason"), until };
}

function verdictOf(text: string): Verdict | undefined {
    return VERDICTS.includes(text) ? (text as Verdict) : undefined;
}

function numberOf(text: string): number | undefined {
    const number = Number(text);
    return text && Number.isFinite(number) ? Math.round(number) : undefined;
}

/** A moment, or a day as its midnight in UTC: as milliseconds since 1970 or in ISO 8601. */
function momentOf(text: string): Date | undefined {
    const when = new Date(/^-?\d{5,}$/.test(text) ? Number(text) : text);
    return text && !Number.isNaN(when.getTime()) ? when : undefined;
}

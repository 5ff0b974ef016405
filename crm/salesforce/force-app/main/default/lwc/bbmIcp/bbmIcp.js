import { LightningElement, api, wire } from "lwc";
import { getRecord } from "lightning/uiRecordApi";
import LOCALE from "@salesforce/i18n/locale";
import TIME_ZONE from "@salesforce/i18n/timeZone";
import LABEL_TITLE from "@salesforce/label/c.BBM_Title";
import LABEL_ICP from "@salesforce/label/c.BBM_Verdict_Icp";
import LABEL_NOT from "@salesforce/label/c.BBM_Verdict_Not";
import LABEL_UNKNOWN from "@salesforce/label/c.BBM_Verdict_Unknown";
import LABEL_SCORE from "@salesforce/label/c.BBM_Score";
import LABEL_TIER from "@salesforce/label/c.BBM_Tier";
import LABEL_WHY from "@salesforce/label/c.BBM_Why";
import LABEL_POINTS from "@salesforce/label/c.BBM_Points";
import LABEL_MISSING from "@salesforce/label/c.BBM_Missing";
import LABEL_MISSING_HELP from "@salesforce/label/c.BBM_Missing_Help";
import LABEL_COVERAGE from "@salesforce/label/c.BBM_Coverage";
import LABEL_VERSION from "@salesforce/label/c.BBM_Version";
import LABEL_JUDGED from "@salesforce/label/c.BBM_Judged";
import LABEL_OVERRIDE from "@salesforce/label/c.BBM_Override";
import LABEL_OVERRIDE_UNTIL from "@salesforce/label/c.BBM_Override_Until";
import LABEL_NOT_JUDGED from "@salesforce/label/c.BBM_Not_Judged";
import LABEL_HIDDEN from "@salesforce/label/c.BBM_Hidden";
import LABEL_FAILED from "@salesforce/label/c.BBM_Failed";
import LABEL_LOADING from "@salesforce/label/c.BBM_Loading";
import { FIELDS, valuesOf } from "./fields";
import { readMissing, readReasons } from "./reasons";

const VERDICTS = {
    icp: { word: LABEL_ICP, look: "verdict verdict_icp", sign: "M3 8.5l3.2 3.2L13 5" },
    not_icp: { word: LABEL_NOT, look: "verdict verdict_not", sign: "M4 8h8" },
    unknown: {
        word: LABEL_UNKNOWN,
        look: "verdict verdict_unknown",
        sign: "M5.6 6a2.4 2.4 0 1 1 3.3 2.2c-.6.3-.9.7-.9 1.4M8 12.4v.1"
    }
};

/**
 * Whether a record fits the ideal customer profile, why, and what is missing.
 */
export default class BbmIcp extends LightningElement {
    @api recordId;
    @api objectApiName;

    values;
    hasFailed = false;

    label = {
        title: LABEL_TITLE,
        score: LABEL_SCORE,
        why: LABEL_WHY,
        missing: LABEL_MISSING,
        missingHelp: LABEL_MISSING_HELP,
        loading: LABEL_LOADING
    };

    // Optional, because a required field that is hidden from the user would fail the whole record.
    get optionalFields() {
        return this.objectApiName
            ? Object.values(FIELDS).map((name) => `${this.objectApiName}.${name}`)
            : undefined;
    }

    @wire(getRecord, { recordId: "$recordId", optionalFields: "$optionalFields" })
    takeRecord({ data, error }) {
        this.hasFailed = Boolean(error);
        this.values = data ? valuesOf(data) : undefined;
    }

    get isLoading() {
        return !this.values && !this.hasFailed;
    }

    /** One sentence where there is nothing to show. */
    get notice() {
        if (this.hasFailed) {
            return LABEL_FAILED;
        }
        if (!this.values || this.verdict) {
            return "";
        }
        return this.values.flag === undefined ? LABEL_HIDDEN : LABEL_NOT_JUDGED;
    }

    get verdict() {
        return this.values ? VERDICTS[this.values.flag] : undefined;
    }

    get hasScore() {
        return typeof this.values.score === "number";
    }

    get score() {
        return Math.round(this.values.score);
    }

    get scoreStyle() {
        return `width: ${Math.min(100, Math.max(0, this.score))}%`;
    }

    get tier() {
        return this.values.tier ? filled(LABEL_TIER, this.values.tier) : "";
    }

    get reasons() {
        const { lead, items, rest } = readReasons(this.values.reason);
        const shown = items.map((one) => ({
            ...one,
            look: one.points > 0 ? "points points_plus" : "points",
            told: signed(one.points),
            spoken: filled(LABEL_POINTS, signed(one.points))
        }));
        return { lead, items: shown, rest, any: Boolean(lead || rest || shown.length) };
    }

    get missing() {
        return readMissing(this.values.missing);
    }

    get hasMissing() {
        return this.missing.length > 0;
    }

    get override() {
        const chosen = VERDICTS[this.values.override];
        return chosen ? filled(LABEL_OVERRIDE, chosen.word) : "";
    }

    get overrideUntil() {
        const until = this.values.overrideUntil;
        // A day has no time zone: read as midnight in UTC, it is told as of UTC.
        const day = until && told(`${until}T00:00:00Z`, { dateStyle: "medium", timeZone: "UTC" });
        return day ? filled(LABEL_OVERRIDE_UNTIL, day) : "";
    }

    /** What stands small below: how much is known, by which definition, and since when. */
    get facts() {
        const { coverage, version, judged } = this.values;
        const style = { dateStyle: "medium", timeStyle: "short", timeZone: TIME_ZONE };
        const facts = [
            typeof coverage === "number" ? filled(LABEL_COVERAGE, Math.round(coverage)) : "",
            judged ? filled(LABEL_JUDGED, told(judged, style)) : "",
            version ? filled(LABEL_VERSION, version) : ""
        ];
        return facts.filter(Boolean);
    }
}

function filled(label, value) {
    return label.replace("{0}", value);
}

function signed(points) {
    // The sign for minus is as wide as the one for plus.
    return points > 0 ? `+${points}` : `${points}`.replace("-", "\u2212");
}

function told(moment, style) {
    return new Intl.DateTimeFormat(LOCALE, style).format(new Date(moment));
}

import {
    Alert,
    Button,
    EmptyState,
    ErrorState,
    LoadingSpinner,
    ProgressBar,
    StatusTag,
    Tag
} from "@hubspot/ui-extensions";
import { CrmPropertyList } from "@hubspot/ui-extensions/crm";
import { describe, expect, it } from "vitest";
import { FITS, NAMES, READERS, said, shown, UNKNOWN } from "./world";

const DECIDED = {
    ...UNKNOWN,
    bbm_icp: "icp",
    bbm_reason:
        'ICP by a person\'s decision (until 31 Dec 2026): "Key account". BBM says unknown, 15.',
    bbm_override: "icp",
    bbm_override_reason: "Key account",
    bbm_override_until: "2026-12-31"
};

describe("what is asked for", () => {
    it("is our properties, each once, and nothing else", () => {
        const { mocks } = shown(FITS);

        const asked = mocks.useCrmProperties.calls[0][0];
        expect([...asked].sort()).toEqual(Object.keys(FITS).sort());
        expect(asked).toHaveLength(NAMES.length);
    });

    it("asks for no associations, searches or actions", () => {
        const { mocks } = shown(FITS, { location: "crm.record.tab" });

        expect(mocks.useAssociations.called).toBe(false);
        expect(mocks.useCrmSearch.called).toBe(false);
        expect(mocks.useExtensionActions.called).toBe(false);
        expect(mocks.runServerlessFunction.called).toBe(false);
    });
});

describe("a record that fits", () => {
    it("shows verdict, score and tier", () => {
        const { find, findAll } = shown(FITS);

        expect(find(StatusTag).text).toBe("ICP");
        expect(find(StatusTag).props.variant).toBe("success");
        expect(find(ProgressBar).props).toMatchObject({
            value: 85,
            valueDescription: "85 of 100 points"
        });
        expect(findAll(Tag).map((one) => one.text)).toContain("Tier A");
    });

    it("shows each reason with its points", () => {
        const texts = shown(FITS).texts();

        const why = texts.indexOf("Why");
        expect(texts.slice(why + 1, why + 7)).toEqual([
            "Employees 1,200",
            "+40 points",
            "Industry = Manufacturing",
            "+30 points",
            "Country = Japan",
            "+15 points"
        ]);
    });

    it("shows what is missing, how much is known, when and by which definition", () => {
        const texts = shown(FITS).texts();

        expect(texts).toContain("Title");
        expect(texts).toContain("Filling these in can change the verdict.");
        expect(texts).toContain("85% of what counts is known");
        expect(texts.join("\n")).toMatch(/Judged Nov 2, 2026, 12:04\sPM/);
        expect(texts).toContain("Definition 2026-11-02 a1b2c3d4");
    });

    it("has no decision of sales, no range and nothing out of date", () => {
        const { maybeFind, texts } = shown(FITS);

        expect(maybeFind(Alert)).toBeNull();
        expect(texts().join("\n")).not.toMatch(/could reach|Unchanged/);
    });
});

describe("other records", () => {
    it.each([
        ["not_icp", "Not ICP", "default"],
        ["unknown", "Unknown", "warning"]
    ])("say %s in words, not by colour alone", (flag, word, variant) => {
        const tag = shown({ ...FITS, bbm_icp: flag }).find(StatusTag);

        expect(tag.text).toBe(word);
        expect(tag.props.variant).toBe(variant);
    });

    it("say how far the points of an unknown one could still go", () => {
        const texts = shown(UNKNOWN).texts();

        expect(texts).toContain("15 of 100 points, could reach 15 to 85");
        expect(texts).toContain("Not yet classifiable: Employees and Industry are empty.");
        expect(texts).toContain("Employees");
        expect(texts).toContain("Industry");
    });

    it("show a line that holds no points as it stands", () => {
        const line = "Excluded: competitor.";
        const texts = shown({ ...FITS, bbm_icp: "not_icp", bbm_reason: line }).texts();

        expect(texts[texts.indexOf("Why") + 1]).toBe(line);
    });

    it("show points that are taken away with the sign for minus", () => {
        const line = "5. Country = Japan (+15). Engagement (-10).";

        expect(shown({ ...FITS, bbm_reason: line }).texts()).toContain("\u221210 points");
    });

    it.each([
        ["130", 100],
        ["-20", 0]
    ])("keep a bar of %s within its track", (score, value) => {
        const bar = shown({ ...FITS, bbm_score: score }).find(ProgressBar);

        expect(bar.props.value).toBe(value);
        expect(bar.props.valueDescription).toBe(`${score} of 100 points`);
    });

    it("say that a judgement stands for long, and that this alone is no fault", () => {
        const texts = shown({ ...FITS, bbm_scored_at: "2026-06-01T00:00:00Z" }).texts();

        expect(texts.join("\n")).toMatch(/Unchanged for 157 days\. BBM writes only what changes/);
    });
});

describe("a decision of sales", () => {
    it("is shown with its reason and its end", () => {
        const alert = shown(DECIDED).find(Alert);

        expect(alert.props).toMatchObject({
            title: "Decided by sales: ICP",
            variant: "info"
        });
        expect(said(alert)).toEqual(["Key account", "Until Dec 31, 2026"]);
    });

    it("is shown without a reason or an end", () => {
        const decided = { ...DECIDED, bbm_override_reason: null, bbm_override_until: null };

        expect(said(shown(decided).find(Alert))).toEqual([]);
    });

    it("is not in force before BBM has taken it over", () => {
        const alert = shown({ ...DECIDED, bbm_icp: "unknown" }).find(Alert);

        expect(alert.props.variant).toBe("warning");
        expect(said(alert)).toContain("BBM takes this over in its next cycle.");
    });

    it.each([
        ["2026-11-05T23:59:59Z", "Until Nov 5, 2026"],
        ["2026-11-06T00:00:00Z", "This ended on Nov 5, 2026."]
    ])("counts to the end of its last day: at %s", (now, told) => {
        const decided = { ...DECIDED, bbm_override_until: "2026-11-05" };
        const alert = shown(decided, { now: new Date(now) }).find(Alert);

        expect(said(alert).join(" ")).toContain(told);
    });

    it("may be the value of a day in milliseconds", () => {
        const decided = { ...DECIDED, bbm_override_until: String(Date.UTC(2026, 11, 31)) };

        expect(said(shown(decided).find(Alert))).toContain("Until Dec 31, 2026");
    });

    it.each(["Asia/Tokyo", "America/Los_Angeles"])(
        "ends on its own day, also in %s",
        (timeZone) => {
            expect(said(shown(DECIDED, { timeZone }).find(Alert))).toContain("Until Dec 31, 2026");
        }
    );

    it("is none where somebody chose what is no decision", () => {
        expect(shown({ ...DECIDED, bbm_override: "unknown" }).maybeFind(Alert)).toBeNull();
    });
});

describe("how to decide", () => {
    it("is told beside the record, where HubSpot's fields cannot stand", () => {
        const { maybeFind, texts } = shown(FITS, { location: "crm.record.sidebar" });

        expect(maybeFind(CrmPropertyList)).toBeNull();
        expect(texts().join("\n")).toContain("In the properties, under BBM / ICP");
    });

    it("is by HubSpot's own fields in the middle, and by no other field", () => {
        const { find, texts } = shown(FITS, { location: "crm.record.tab" });

        expect(find(CrmPropertyList).props.properties).toEqual([
            "bbm_override",
            "bbm_override_reason",
            "bbm_override_until"
        ]);
        expect(texts().join("\n")).toContain("Choose here and give a reason");
    });
});

describe("properties that are not there", () => {
    it("leave their part out, and the rest stays", () => {
        const { find, findAll, maybeFind, texts } = shown({ bbm_icp: "icp" });

        expect(find(StatusTag).text).toBe("ICP");
        expect(maybeFind(ProgressBar)).toBeNull();
        expect(maybeFind(Alert)).toBeNull();
        expect(findAll(Tag)).toHaveLength(0);
        expect(texts()).toHaveLength(2); // the verdict, and how to decide
    });

    it("are told when all of them are", () => {
        const { find, maybeFind } = shown({});

        expect(find(ErrorState).props).toMatchObject({ title: "No ICP properties", type: "lock" });
        expect(said(find(ErrorState)).join(" ")).toMatch(/not set up.*administrator/);
        expect(maybeFind(StatusTag)).toBeNull();
    });
});

describe("records that cannot be shown", () => {
    it.each([null, "", "maybe"])("say that they are not judged yet, with the flag %j", (flag) => {
        const { find, maybeFind } = shown({ ...FITS, bbm_icp: flag });

        expect(find(EmptyState).props.title).toBe("Not judged yet");
        expect(said(find(EmptyState))).toEqual(["BBM does so in its next cycle."]);
        expect(maybeFind(StatusTag)).toBeNull();
    });

    it("say while they load that they do", () => {
        const { find, maybeFind } = shown({}, { isLoading: true });

        expect(find(LoadingSpinner).props).toMatchObject({
            label: "Loading the ICP fit",
            showLabel: true
        });
        expect(maybeFind(ErrorState)).toBeNull();
    });

    it("say that something failed, and read again when they are asked to", () => {
        const { find, refetched } = shown({}, { error: new Error("No network") });

        expect(find(ErrorState).props.title).toBe("Not available");
        expect(said(find(ErrorState)).join(" ")).not.toContain("No network");
        find(Button).trigger("onClick");
        expect(refetched).toEqual(["again"]);
    });

    it("keep what was read before, and say that it may be out of date", () => {
        const { find, refetched } = shown(FITS, { error: new Error("No network") });

        expect(find(StatusTag).text).toBe("ICP");
        expect(find(Alert).props.title).toBe(
            "This may be out of date: it could not be read again."
        );
        find(Button).trigger("onClick");
        expect(refetched).toEqual(["again"]);
    });
});

describe("values that HubSpot could hold", () => {
    it("may be a moment in milliseconds", () => {
        const texts = shown({
            ...FITS,
            bbm_scored_at: String(Date.UTC(2026, 10, 2, 3, 4))
        }).texts();

        expect(texts.join("\n")).toMatch(/Judged Nov 2, 2026, 12:04\sPM/);
    });

    it("are left out where they are no numbers and no moments", () => {
        const odd = { ...FITS, bbm_score: "many", bbm_coverage: "", bbm_scored_at: "soon" };
        const { maybeFind, texts } = shown(odd);

        expect(maybeFind(ProgressBar)).toBeNull();
        expect(texts().join("\n")).not.toMatch(/NaN|Invalid|Judged|of what counts/);
    });
});

describe("the account's time zone", () => {
    it("tells when the record was judged", () => {
        const texts = shown(FITS, { timeZone: "America/Los_Angeles" }).texts();

        expect(texts.join("\n")).toMatch(/Judged Nov 1, 2026, 7:04\sPM/);
    });
});

describe("the reader's language", () => {
    it("is Japanese for those who use HubSpot in Japanese", () => {
        const texts = shown(FITS, { user: READERS.ja }).texts();

        expect(texts).toContain("ICP該当");
        expect(texts).toContain("ランクA");
        expect(texts).toContain("85 / 100点");
        expect(texts).toContain("+40点");
        expect(texts).toContain("2026/11/02 12:04 判定");
    });

    it.each([
        [{ language: "ja" }, "ICP該当"],
        [{ locale: "ja_JP" }, "ICP該当"],
        [{ language: "en", locale: "ja-jp" }, "ICP"],
        [{ language: "de", locale: "de-de" }, "ICP"],
        [{ language: "jam" }, "ICP"],
        [{}, "ICP"]
    ])("follows %j", (user, word) => {
        expect(shown(FITS, { user }).find(StatusTag).text).toBe(word);
    });

    it.each([
        [{ language: "en", locale: "de-de" }, "Judged 02.11.2026, 12:04"],
        [{ language: "en", locale: "en_GB" }, "Judged 2 Nov 2026, 12:04"],
        [{ language: "en", locale: "?" }, "Judged Nov 2, 2026, 12:04 PM"]
    ])("leaves dates to their format: %j", (user, told) => {
        // Versions of Node.js differ in the blank before "PM".
        const texts = shown(FITS, { user })
            .texts()
            .map((one) => one.replace("\u202f", " "));

        expect(texts).toContain(told);
    });
});

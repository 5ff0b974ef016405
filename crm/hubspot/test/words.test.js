// The texts: complete in both languages, and those of the Salesforce component where it has them.
import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { filled, WORDS } from "../src/app/cards/words";

const FORCE_APP = new URL("../../salesforce/force-app/main/default/", import.meta.url);
const FILES = {
    en: {
        path: "labels/CustomLabels.labels-meta.xml",
        entry: /<fullName>(\w+)<\/fullName>[\s\S]*?<value>(.*?)<\/value>/g,
        name: 1
    },
    ja: {
        path: "translations/ja.translation-meta.xml",
        entry: /<label>(.*?)<\/label>\s*<name>(\w+)<\/name>/g,
        name: 2
    }
};
const SHARED = {
    BBM_Tier: "tier",
    BBM_Why: "why",
    BBM_Points: "points",
    BBM_Missing: "missing",
    BBM_Missing_Help: "missingHelp",
    BBM_Coverage: "coverage",
    BBM_Judged: "judged",
    BBM_Version: "version",
    BBM_Override: "override",
    BBM_Override_Until: "overrideUntil",
    BBM_Loading: "loading"
};

function labels(lang) {
    const { path, entry, name } = FILES[lang];
    const text = fs.readFileSync(new URL(path, FORCE_APP), "utf8");
    return Object.fromEntries(
        [...text.matchAll(entry)].map((found) => [found[name], found[3 - name]])
    );
}

const placesOf = (text) => [...text.matchAll(/\{\d\}/g)].map(String).sort();
const plain = (words) => Object.entries(words).filter(([, text]) => typeof text === "string");

describe.each(["en", "ja"])("the words in %s", (lang) => {
    it("are those of the Salesforce component", () => {
        const theirs = labels(lang);

        for (const [label, own] of Object.entries(SHARED)) {
            expect(WORDS[lang][own], label).toBe(theirs[label]);
        }
        expect(WORDS[lang].verdicts).toEqual({
            icp: theirs.BBM_Verdict_Icp,
            not_icp: theirs.BBM_Verdict_Not,
            unknown: theirs.BBM_Verdict_Unknown
        });
        expect(WORDS[lang].score).toContain(theirs.BBM_Score);
        const { notJudgedTitle, notJudged } = WORDS[lang];
        const between = { en: ". ", ja: "。" }[lang];
        expect(`${notJudgedTitle}${between}${notJudged}`).toBe(theirs.BBM_Not_Judged);
    });

    it("are none of them empty", () => {
        for (const [name, text] of plain(WORDS[lang])) {
            expect(text.trim(), name).not.toBe("");
        }
    });
});

describe("both languages", () => {
    it("have the same places to fill in", () => {
        for (const [name, text] of plain(WORDS.en)) {
            expect(placesOf(WORDS.ja[name]), name).toEqual(placesOf(text));
        }
    });

    it("say different things", () => {
        const same = plain(WORDS.en).filter(([name, text]) => WORDS.ja[name] === text);

        expect(same).toEqual([]);
    });

    it("are filled once, also where a value looks like a place", () => {
        expect(filled("{0} of {1}", "{1}", 3)).toBe("{1} of 3");
    });
});

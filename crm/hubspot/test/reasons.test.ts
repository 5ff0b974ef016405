import { describe, expect, it } from "vitest";
import { readMissing, readReasons } from "../src/app/cards/reasons";

describe("reasons", () => {
    it.each([
        [
            "80. Employees 1,200 (+30), Industry = Logistics (+25).",
            ["Employees 1,200 +30", "Industry = Logistics +25"],
            ""
        ],
        [
            "55. Employees 1,200 (+30). Industry = Retail (0), Engagement (-5). Missing: Region, ERP.",
            ["Employees 1,200 +30", "Industry = Retail 0", "Engagement -5"],
            ""
        ],
        ["100. Employees 1,200 (+30) … +4 more.", ["Employees 1,200 +30"], "… +4 more."],
        [
            "80点。従業員数1,200名(+30)、業種=物流(+25)。",
            ["従業員数1,200名 +30", "業種=物流 +25"],
            ""
        ],
        ["55点。従業員数1,200名(+30)…他4件。", ["従業員数1,200名 +30"], "…他4件。"],
        ["80点。業種=物流\uff08+25\uff09。", ["業種=物流 +25"], ""],
        ["Excluded: competitor.", [], "Excluded: competitor."],
        [
            'ICP by a person\'s decision (until 31 Dec): "Key account". BBM says not ICP, 40.',
            [],
            'ICP by a person\'s decision (until 31 Dec): "Key account". BBM says not ICP, 40.'
        ],
        ["", [], ""]
    ])("of %j are read one by one", (line, items, rest) => {
        const read = readReasons(line);

        const told = read.items.map(
            (one) => `${one.label} ${one.points > 0 ? "+" : ""}${one.points}`
        );
        expect(told).toEqual(items);
        expect(read.rest).toBe(rest);
        expect(read.lead).toBe("");
    });

    it.each([
        [
            "Not yet classifiable: Employees is empty (could reach 15-85). So far 15: Country = Japan (+15).",
            "Not yet classifiable: Employees is empty.",
            "Country = Japan"
        ],
        [
            "判定不能:従業員数が未入力(15〜85点になり得ます)。現在15点:国=Japan(+15)。",
            "判定不能:従業員数が未入力。",
            "国=Japan"
        ]
    ])("of an unknown record begin with what would decide: %j", (line, lead, label) => {
        const read = readReasons(line);

        expect(read.lead).toBe(lead);
        expect(read.items.map((one) => one.label)).toEqual([label]);
    });
});

describe("the range", () => {
    it.each([
        ["Not yet classifiable: Employees is empty (could reach 15-85).", { low: 15, high: 85 }],
        ["Not yet classifiable: Employees is empty (could reach 0-60).", { low: 0, high: 60 }],
        ["Not yet classifiable: Employees is empty (could reach -5-60).", { low: -5, high: 60 }],
        ["判定不能:従業員数が未入力(15〜85点になり得ます)。", { low: 15, high: 85 }],
        ["80. Employees (10-50) (+30).", undefined],
        ["", undefined]
    ])("of %j is %j", (line, reach) => {
        expect(readReasons(line).reach).toEqual(reach);
    });

    it("is not said a second time", () => {
        const line = "Not yet classifiable: Employees is empty (could reach 0-85).";

        expect(readReasons(line).rest).toBe("Not yet classifiable: Employees is empty.");
    });
});

describe("what is missing", () => {
    it.each([
        ["Region, ERP", ["Region", "ERP"]],
        ["地域、ERP", ["地域", "ERP"]],
        ["Title.", ["Title"]],
        ["", []]
    ])("in %j is read one by one", (line, names) => {
        expect(readMissing(line)).toEqual(names);
    });
});

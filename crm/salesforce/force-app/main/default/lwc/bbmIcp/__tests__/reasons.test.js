import { readMissing, readReasons } from "../reasons";

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
        ["Excluded: competitor.", [], "Excluded: competitor."],
        ["", [], ""],
        [null, [], ""]
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
            "Not yet classifiable: Employees is empty (could reach 15-85).",
            "Country = Japan"
        ],
        [
            "判定不能:従業員数が未入力(15〜85点になり得ます)。現在15点:国=Japan(+15)。",
            "判定不能:従業員数が未入力(15〜85点になり得ます)。",
            "国=Japan"
        ]
    ])("of an unknown record begin with what would decide: %j", (line, lead, label) => {
        const read = readReasons(line);

        expect(read.lead).toBe(lead);
        expect(read.items.map((one) => one.label)).toEqual([label]);
    });
});

describe("what is missing", () => {
    it.each([
        ["Region, ERP", ["Region", "ERP"]],
        ["地域、ERP", ["地域", "ERP"]],
        ["Title.", ["Title"]],
        ["", []],
        [null, []]
    ])("in %j is read one by one", (line, names) => {
        expect(readMissing(line)).toEqual(names);
    });
});

const { FITS, labels, mount, part, shown } = require("../../../../../../test/world");

afterEach(() => {
    document.body.replaceChildren();
});

function notice(element) {
    const found = element.shadowRoot.querySelector(".notice");
    return found ? found.textContent : null;
}

describe("what is asked for", () => {
    it("is optional, so that a hidden field does not fail the record", async () => {
        const { getRecord } = mount();
        await Promise.resolve();

        const asked = getRecord.getLastConfig();
        expect(asked.fields).toBeUndefined();
        expect(asked.optionalFields).toContain("Lead.BBM_ICP__c");
        expect(asked.optionalFields).toHaveLength(Object.keys(FITS).length);
    });

    it("waits until the page says which object it shows", async () => {
        const { element, getRecord } = mount();
        element.objectApiName = undefined;
        await Promise.resolve();

        expect(getRecord.getLastConfig().optionalFields).toBeUndefined();
    });
});

describe("a record that fits", () => {
    it("shows verdict, score and tier", async () => {
        const element = await shown(FITS);

        expect(part(element, "verdict")).toBe("ICP");
        expect(part(element, "score")).toBe("85 of 100 points");
        expect(part(element, "tier")).toBe("Tier A");
        expect(element.shadowRoot.querySelector(".fill").style.width).toBe("85%");
    });

    it("shows each reason with its points, also for those who listen", async () => {
        const element = await shown(FITS);

        const reasons = [...element.shadowRoot.querySelectorAll(".reason")];
        expect(reasons.map((one) => one.textContent)).toEqual([
            "Employees 1,200+40+40 points",
            "Industry = Manufacturing+30+30 points",
            "Country = Japan+15+15 points"
        ]);
        expect(reasons[0].querySelector(".points_plus").getAttribute("aria-hidden")).toBe("true");
    });

    it("shows what is missing, how much is known, when and by which definition", async () => {
        const element = await shown(FITS);

        expect(part(element, "missing")).toContain("Title");
        expect(part(element, "facts")).toContain("85% of what counts is known");
        expect(part(element, "facts")).toMatch(/Judged Nov 2, 2026, 12:04\sPM/);
        expect(part(element, "facts")).toContain("Definition 2026-11-02 a1b2c3d4");
    });
});

describe("other records", () => {
    it.each([
        ["not_icp", "Not ICP"],
        ["unknown", "Unknown"]
    ])("say %s in words, not by colour alone", async (flag, word) => {
        expect(part(await shown({ ...FITS, BBM_ICP__c: flag }), "verdict")).toBe(word);
    });

    it("show a decision of sales with its reason and its end", async () => {
        const element = await shown({
            ...FITS,
            BBM_Override__c: "not_icp",
            BBM_Override_Reason__c: "Insolvent",
            BBM_Override_Until__c: "2026-12-31"
        });

        expect(part(element, "override")).toBe(
            "Decided by sales: Not ICP Insolvent Until Dec 31, 2026"
        );
    });

    it("show a decision without a reason or an end", async () => {
        const element = await shown({ ...FITS, BBM_Override__c: "icp" });

        expect(part(element, "override")).toBe("Decided by sales: ICP");
    });

    it("show a line that holds no points as it stands", async () => {
        const line = "Excluded: competitor.";
        const element = await shown({ ...FITS, BBM_ICP__c: "not_icp", BBM_Reason__c: line });

        expect(part(element, "reasons")).toBe(`Why ${line}`);
    });

    it("keep the bar within its track", async () => {
        const element = await shown({ ...FITS, BBM_Score__c: 130 });

        expect(element.shadowRoot.querySelector(".fill").style.width).toBe("100%");
    });
});

describe("fields that are hidden from the user", () => {
    it("leave their part out, and the rest stays", async () => {
        const element = await shown({ BBM_ICP__c: "icp" });

        expect(part(element, "verdict")).toBe("ICP");
        for (const name of ["score", "tier", "reasons", "missing", "override"]) {
            expect(part(element, name)).toBeNull();
        }
        expect(part(element, "facts")).toBe("");
    });

    it("are told when all of them are", async () => {
        const element = await shown({});

        expect(notice(element)).toMatch(/permission set BBM User/);
        expect(part(element, "verdict")).toBeNull();
    });
});

describe("records that cannot be shown", () => {
    it("say that they are not judged yet", async () => {
        expect(notice(await shown({ ...FITS, BBM_ICP__c: null }))).toMatch(/^Not judged yet/);
    });

    it("say while they load that they do", () => {
        const { element } = mount();

        const loading = element.shadowRoot.querySelector(".loading");
        expect(loading.getAttribute("role")).toBe("status");
        expect(loading.textContent).toBe("Loading the ICP fit");
    });

    it("say that something failed", async () => {
        const { element, getRecord } = mount();
        getRecord.error();
        await Promise.resolve();

        expect(notice(element)).toMatch(/cannot be shown right now/);
    });

    it("are shown again when the record comes back", async () => {
        const { element, getRecord } = mount();
        getRecord.error();
        await Promise.resolve();
        getRecord.emit({ fields: { BBM_ICP__c: { value: "icp" } } });
        await Promise.resolve();

        expect(notice(element)).toBeNull();
        expect(part(element, "verdict")).toBe("ICP");
    });
});

describe("Japanese", () => {
    it("has every label that English has", () => {
        expect(Object.keys(labels("ja")).sort()).toEqual(Object.keys(labels("en")).sort());
    });

    it("reads like Japanese", async () => {
        const element = await shown(
            {
                ...FITS,
                BBM_Reason__c: "85点。従業員数1,200名(+40)、業種=製造(+30)。不足:役職。",
                BBM_Missing__c: "役職、地域"
            },
            "ja"
        );

        expect(part(element, "verdict")).toBe("ICP該当");
        expect(part(element, "score")).toBe("85 / 100点");
        expect(part(element, "reasons")).toContain("従業員数1,200名");
        const chips = [...element.shadowRoot.querySelectorAll(".chip")];
        expect(chips.map((one) => one.textContent)).toEqual(["役職", "地域"]);
        expect(part(element, "facts")).toContain("2026/11/02 12:04 判定");
    });
});

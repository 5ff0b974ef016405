const fs = require("fs");
const path = require("path");
const { FITS, mount, shown } = require("../../../../../../test/world");

// Where scripts/screenshots.mjs wants to have what is rendered here.
const FOLDER = process.env.BBM_LOOKS;

const JAPANESE = {
    ...FITS,
    BBM_Reason__c: "85点。従業員数1,200名(+40)、業種=製造業(+30)、国=日本(+15)。不足:役職。",
    BBM_Missing__c: "役職"
};

const UNKNOWN = {
    ...FITS,
    BBM_ICP__c: "unknown",
    BBM_Score__c: 15,
    BBM_Tier__c: "D",
    BBM_Reason__c:
        "Not yet classifiable: Employees and Industry are empty (could reach 15-85). So far 15: Country = Japan (+15).",
    BBM_Missing__c: "Employees, Industry",
    BBM_Coverage__c: 30
};

const STATES = {
    fits: { en: FITS, ja: JAPANESE },
    does_not_fit: {
        en: {
            ...FITS,
            BBM_ICP__c: "not_icp",
            BBM_Score__c: 30,
            BBM_Tier__c: "D",
            BBM_Reason__c:
                "30. Industry = Wholesale (+30). Employees 12 (0), Country = Brazil (0), Title = Assistant (0).",
            BBM_Missing__c: null,
            BBM_Coverage__c: 100
        },
        ja: {
            ...JAPANESE,
            BBM_ICP__c: "not_icp",
            BBM_Score__c: 30,
            BBM_Tier__c: "D",
            BBM_Reason__c:
                "30点。業種=卸売業(+30)。従業員数12名(0)、国=ブラジル(0)、役職=主任(0)。",
            BBM_Missing__c: null,
            BBM_Coverage__c: 100
        }
    },
    unknown: {
        en: UNKNOWN,
        ja: {
            ...UNKNOWN,
            BBM_Reason__c:
                "判定不能:従業員数と業種が未入力(15〜85点になり得ます)。現在15点:国=日本(+15)。",
            BBM_Missing__c: "従業員数、業種"
        }
    },
    decided_by_sales: {
        en: {
            ...UNKNOWN,
            BBM_ICP__c: "icp",
            BBM_Override__c: "icp",
            BBM_Override_Reason__c: "Their parent company is a key account.",
            BBM_Override_Until__c: "2026-12-31"
        },
        ja: {
            ...UNKNOWN,
            BBM_ICP__c: "icp",
            BBM_Reason__c:
                "判定不能:従業員数と業種が未入力(15〜85点になり得ます)。現在15点:国=日本(+15)。",
            BBM_Missing__c: "従業員数、業種",
            BBM_Override__c: "icp",
            BBM_Override_Reason__c: "親会社が重点顧客のため。",
            BBM_Override_Until__c: "2026-12-31"
        }
    },
    not_judged: { en: { ...FITS, BBM_ICP__c: null }, ja: { ...FITS, BBM_ICP__c: null } },
    hidden: { en: {}, ja: {} }
};
const CASES = Object.keys(STATES).flatMap((state) => [
    [state, "en"],
    [state, "ja"]
]);

function keep(name, element) {
    if (FOLDER) {
        fs.writeFileSync(path.join(FOLDER, `${name}.html`), element.shadowRoot.innerHTML);
    }
}

afterEach(() => {
    document.body.replaceChildren();
});

describe("how it looks", () => {
    it.each(CASES)("when it is %s, in %s", async (state, lang) => {
        const element = await shown(STATES[state][lang], lang);
        keep(`${state}.${lang}`, element);

        expect(element.shadowRoot.textContent).not.toMatch(/\{\d\}|undefined|null|NaN/);
        for (const picture of element.shadowRoot.querySelectorAll("svg")) {
            expect(picture.getAttribute("aria-hidden")).toBe("true");
        }
    });

    it.each(["en", "ja"])("while it loads, in %s", (lang) => {
        const { element } = mount(lang);
        keep(`loading.${lang}`, element);

        expect(element.shadowRoot.querySelectorAll(".ghost")).toHaveLength(2);
    });
});

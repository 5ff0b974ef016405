// A record page in miniature: the labels of the package, a record, and the component on it.
const fs = require("fs");
const path = require("path");

const FORCE_APP = path.join(__dirname, "..", "force-app", "main", "default");
const LABELS = {
    en: { file: "labels/CustomLabels.labels-meta.xml", name: "fullName", value: "value" },
    ja: { file: "translations/ja.translation-meta.xml", name: "name", value: "label" }
};
const LOCALES = { en: "en-US", ja: "ja-JP" };

const FITS = {
    BBM_ICP__c: "icp",
    BBM_Score__c: 85,
    BBM_Tier__c: "A",
    BBM_Reason__c:
        "85. Employees 1,200 (+40), Industry = Manufacturing (+30), Country = Japan (+15). Missing: Title.",
    BBM_Missing__c: "Title",
    BBM_Coverage__c: 85,
    BBM_Version__c: "2026-11-02 a1b2c3d4",
    BBM_Scored_At__c: "2026-11-02T03:04:05.000Z",
    BBM_Override__c: null,
    BBM_Override_Reason__c: null,
    BBM_Override_Until__c: null
};

/** The labels as the package brings them, by their names. */
function labels(lang) {
    const { file, name, value } = LABELS[lang];
    const xml = new DOMParser().parseFromString(
        fs.readFileSync(path.join(FORCE_APP, file), "utf8"),
        "text/xml"
    );
    const found = {};
    for (const one of xml.documentElement.children) {
        found[one.querySelector(name).textContent] = one.querySelector(value).textContent;
    }
    return found;
}

/** A record as Salesforce gives it to this user; fields that are left out are hidden. */
function record(values) {
    const fields = {};
    for (const [name, value] of Object.entries(values)) {
        fields[name] = { displayValue: null, value };
    }
    return { apiName: "Lead", id: "00Q5g000000000AEAA", fields };
}

const loaded = {};

/** The component's module with the labels of a language, once per language. */
function load(lang) {
    if (!loaded[lang]) {
        jest.resetModules();
        const virtual = { virtual: true };
        for (const [name, text] of Object.entries(labels(lang))) {
            jest.doMock(`@salesforce/label/c.${name}`, () => ({ default: text }), virtual);
        }
        jest.doMock("@salesforce/i18n/locale", () => ({ default: LOCALES[lang] }), virtual);
        jest.doMock("@salesforce/i18n/timeZone", () => ({ default: "Asia/Tokyo" }), virtual);
        loaded[lang] = {
            createElement: require("lwc").createElement,
            getRecord: require("lightning/uiRecordApi").getRecord,
            BbmIcp: require("c/bbmIcp").default
        };
    }
    return loaded[lang];
}

/** The component on the page of a lead, before the record has come. */
function mount(lang = "en") {
    const { createElement, getRecord, BbmIcp } = load(lang);
    const element = createElement(`c-bbm-icp-${lang}`, { is: BbmIcp });
    element.objectApiName = "Lead";
    element.recordId = "00Q5g000000000AEAA";
    document.body.appendChild(element);
    return { element, getRecord };
}

/** The component with a record that this user sees so. */
async function shown(values, lang = "en") {
    const { element, getRecord } = mount(lang);
    getRecord.emit(record(values));
    await Promise.resolve();
    return element;
}

/** What stands in a part of the component, as a reader meets it; nothing where it is not there. */
function part(element, name) {
    const found = element.shadowRoot.querySelector(`[data-part="${name}"]`);
    // What stands in elements of its own is read apart.
    return found ? found.innerHTML.replace(/(<[^>]*>|\s)+/g, " ").trim() : null;
}

module.exports = { FITS, labels, mount, part, record, shown };

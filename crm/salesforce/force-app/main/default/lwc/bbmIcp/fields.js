// The fields that are shown, by what they mean. `bbm fields export` exchanges the names.
export const FIELDS = {
    flag: "BBM_ICP__c",
    score: "BBM_Score__c",
    tier: "BBM_Tier__c",
    reason: "BBM_Reason__c",
    missing: "BBM_Missing__c",
    coverage: "BBM_Coverage__c",
    version: "BBM_Version__c",
    judged: "BBM_Scored_At__c",
    override: "BBM_Override__c",
    overrideReason: "BBM_Override_Reason__c",
    overrideUntil: "BBM_Override_Until__c"
};

/**
 * What a user sees of a record: no value is null, and a field that is hidden is undefined.
 */
export function valuesOf(record) {
    const values = {};
    for (const [meaning, name] of Object.entries(FIELDS)) {
        const field = record.fields[name];
        values[meaning] = field ? field.value : undefined;
    }
    return values;
}

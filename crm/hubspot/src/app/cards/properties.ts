// The properties that are read, by what they mean. `bbm fields export` exchanges the names.
export const PROPERTIES = {
    flag: "bbm_icp",
    score: "bbm_score",
    tier: "bbm_tier",
    reason: "bbm_reason",
    missing: "bbm_missing",
    coverage: "bbm_coverage",
    version: "bbm_version",
    judged: "bbm_scored_at",
    override: "bbm_override",
    overrideReason: "bbm_override_reason",
    overrideUntil: "bbm_override_until"
} as const;

export type Meaning = keyof typeof PROPERTIES;

export const NAMES: string[] = Object.values(PROPERTIES);

/** What people write, and nobody else. */
export const EDITED: string[] = [
    PROPERTIES.override,
    PROPERTIES.overrideReason,
    PROPERTIES.overrideUntil
];

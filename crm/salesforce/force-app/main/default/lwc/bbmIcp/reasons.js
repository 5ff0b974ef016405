// A reason line reads "80. Employees 1,200 (+40), Country (0). Missing: Title." or, in Japanese,
// "80点。従業員数1,200名(+40)、国(0)。不足:役職。": each item ends with its points in brackets.
const POINTS = /\s*[((]([+-]?\d+)[))]/g;
const LEAD = /^(.*?[.。])\s*(?:So far -?\d+: |現在-?\d+点[::])/;
const HEAD = /^\d+(点。|\.\s)/;
const BETWEEN = /^[\s,、。.]+/;
const MISSING = /(Missing|不足)\s*[::].*$/;

/**
 * The items of a line with their points, and what it says before and after them.
 */
export function readReasons(line) {
    const whole = (line || "").trim();
    const [, lead = ""] = whole.match(LEAD) || [];
    const text = whole.replace(LEAD, "");
    const items = [];
    let end = 0;
    for (const found of text.matchAll(POINTS)) {
        const label = text.slice(end, found.index).replace(HEAD, "").replace(BETWEEN, "");
        items.push({ key: `${items.length}`, label, points: Number(found[1]) });
        end = found.index + found[0].length;
    }
    const rest = items.length ? text.slice(end).replace(BETWEEN, "") : text.replace(HEAD, "");
    return { lead, items, rest: rest.replace(MISSING, "").trim() };
}

/**
 * What is missing, one by one.
 */
export function readMissing(line) {
    return (line || "")
        .split(/,\s+|、/)
        .map((one) => one.replace(/[.。]$/, "").trim())
        .filter(Boolean);
}

// A reason line reads "80. Employees 1,200 (+40), Country (0). Missing: Title." or, in Japanese,
// "80点。従業員数1,200名(+40)、国(0)。不足:役職。": each item ends with its points in brackets.
const POINTS = /\s*[(\uff08]([+-]?\d+)[)\uff09]/g;
const LEAD = /^(.*?[.。])\s*(?:So far -?\d+: |現在-?\d+点[:\uff1a])/;
const HEAD = /^\d+(点。|\.\s)/;
const BETWEEN = /^[\s,、。.]+/;
const MISSING = /(Missing|不足)\s*[:\uff1a].*$/;
const REACH = /\s?\((?:could reach (-?\d+)-(-?\d+)|(-?\d+)〜(-?\d+)点になり得ます)\)/;

export interface Reason {
    label: string;
    points: number;
}

/** The points that a record could still have, which an unknown one says. */
export interface Reach {
    low: number;
    high: number;
}

export interface Reasons {
    reach?: Reach;
    lead: string;
    items: Reason[];
    rest: string;
}

/** The items of a line with their points, and what it says before and after them. */
export function readReasons(line: string): Reasons {
    const whole = line.trim().replace(REACH, "");
    const lead = LEAD.exec(whole)?.[1] ?? "";
    const text = whole.replace(LEAD, "");
    const items: Reason[] = [];
    let end = 0;
    for (const found of text.matchAll(POINTS)) {
        const label = text.slice(end, found.index).replace(HEAD, "").replace(BETWEEN, "");
        items.push({ label, points: Number(found[1]) });
        end = found.index + found[0].length;
    }
    const rest = items.length ? text.slice(end).replace(BETWEEN, "") : text.replace(HEAD, "");
    return { reach: reachOf(line), lead, items, rest: rest.replace(MISSING, "").trim() };
}

/** What is missing, one by one. */
export function readMissing(line: string): string[] {
    return line
        .split(/,\s+|、/)
        .map((one) => one.replace(/[.。]$/, "").trim())
        .filter(Boolean);
}

function reachOf(line: string): Reach | undefined {
    const numbers = REACH.exec(line)?.slice(1).filter(Boolean).map(Number);
    return numbers && { low: numbers[0], high: numbers[1] };
}

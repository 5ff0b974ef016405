// Who reads the card: in which language, and how they write dates.
import { type Lang, WORDS, type Words } from "./words";

interface User {
    language?: string;
    locale?: string;
}

export interface Reader {
    words: Words;
    moment: (when: Date) => string;
    day: (when: Date) => string;
}

/** Words follow the user's language, dates their format; English where neither is ours. */
export function readerOf(user: User, timeZone: string): Reader {
    const lang = langOf(user.language || user.locale);
    const format = formatOf(user.locale) ?? lang;
    const moments = { dateStyle: "medium", timeStyle: "short", timeZone } as const;
    // A day has no time zone: read as midnight in UTC, it is told as of UTC.
    const days = { dateStyle: "medium", timeZone: "UTC" } as const;
    return {
        words: WORDS[lang],
        moment: (when) => new Intl.DateTimeFormat(format, moments).format(when),
        day: (when) => new Intl.DateTimeFormat(format, days).format(when)
    };
}

function langOf(tag: string | undefined): Lang {
    return /^ja(?![a-z])/i.test(tag ?? "") ? "ja" : "en";
}

/** HubSpot writes "ja-jp"; what no browser knows is left out. */
function formatOf(locale: string | undefined): string | undefined {
    const tag = (locale ?? "").replace(/_/g, "-");
    return /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(tag) ? tag : undefined;
}

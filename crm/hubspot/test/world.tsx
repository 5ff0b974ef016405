// A record page in miniature: who looks, what HubSpot tells of the record, and the card on it.
import type { CrmContext } from "@hubspot/ui-extensions";
import {
    createRenderer,
    isRenderedTextNode,
    type RenderedChildNode
} from "@hubspot/ui-extensions/testing";
import { IcpCard } from "../src/app/cards/IcpCard";
import { PROPERTIES } from "../src/app/cards/properties";

export type Properties = Record<string, string | null>;
type Location = "crm.record.sidebar" | "crm.record.tab";

export const NOW = new Date("2026-11-05T00:00:00Z");
const ENGLISH = { language: "en", locale: "en-us" };
const JAPANESE = { language: "ja", locale: "ja-jp" };
export const READERS = { en: ENGLISH, ja: JAPANESE };

export const FITS: Properties = {
    bbm_icp: "icp",
    bbm_score: "85",
    bbm_tier: "A",
    bbm_reason:
        "85. Employees 1,200 (+40), Industry = Manufacturing (+30), Country = Japan (+15). Missing: Title.",
    bbm_missing: "Title",
    bbm_coverage: "85",
    bbm_version: "2026-11-02 a1b2c3d4",
    bbm_scored_at: "2026-11-02T03:04:05Z",
    bbm_override: null,
    bbm_override_reason: null,
    bbm_override_until: null
};

export const UNKNOWN: Properties = {
    ...FITS,
    bbm_icp: "unknown",
    bbm_score: "15",
    bbm_tier: "D",
    bbm_reason:
        "Not yet classifiable: Employees and Industry are empty (could reach 15-85). So far 15: Country = Japan (+15).",
    bbm_missing: "Employees, Industry",
    bbm_coverage: "30"
};

interface Circumstances {
    user?: { language?: string; locale?: string };
    location?: Location;
    timeZone?: string;
    now?: Date;
    isLoading?: boolean;
    error?: Error;
}

/** The card on the page of a record with these properties. */
export function shown(properties: Properties, circumstances: Circumstances = {}) {
    const {
        user = ENGLISH,
        location = "crm.record.sidebar",
        timeZone = "Asia/Tokyo",
        now = NOW,
        isLoading = false,
        error = null
    } = circumstances;
    const renderer = createRenderer(location);
    const refetched: string[] = [];
    renderer.mocks.useCrmProperties.willCall(() => ({
        properties,
        error,
        isLoading,
        isRefetching: false,
        refetch: () => Promise.resolve(void refetched.push("again"))
    }));
    const context = renderer.mocks.context as CrmContext;
    const placed = {
        ...context,
        portal: { ...context.portal, timezone: timeZone },
        user: { ...context.user, ...user }
    };
    renderer.render(<IcpCard context={placed} now={now} />);
    return { ...renderer, refetched, texts: () => textsOf(renderer.getRootNode().childNodes) };
}

/** Every text that stands on the card, from top to bottom, as a reader meets it. */
export function textsOf(nodes: RenderedChildNode[]): string[] {
    return nodes.flatMap((node) => {
        if (isRenderedTextNode(node)) {
            return [node.text];
        }
        const said = ["title", "valueDescription", "label"].map((name) => node.props[name]);
        const inside = textsOf(node.childNodes);
        // The texts of one element are one text.
        const own = node.childNodes.every(isRenderedTextNode) ? [inside.join("")] : inside;
        return [...said, ...own].filter((one): one is string => Boolean(one));
    });
}

/** What stands inside an element. */
export function said(element: { childNodes: RenderedChildNode[] }): string[] {
    return textsOf(element.childNodes);
}

export const NAMES = Object.values(PROPERTIES);

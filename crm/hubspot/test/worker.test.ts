// The cards as HubSpot runs them: registered in its worker, reading by its own hook.
import { createRemoteRoot, type RemoteRoot } from "@remote-ui/core";
import { createRoot } from "@remote-ui/react";
import type { ReactElement } from "react";
import { beforeAll, describe, expect, it, vi } from "vitest";

type Properties = Record<string, string | null>;
type Extension = (api: { context: object }) => ReactElement;
type Tell = (properties: Properties) => void;

const FITS = { bbm_icp: "icp", bbm_score: "85", bbm_override: null };
const CONTEXT = {
    location: "crm.record.sidebar",
    crm: { objectId: 1, objectTypeId: "0-1" },
    portal: { id: 1, timezone: "Asia/Tokyo" },
    user: { language: "en", locale: "en-us" }
};

const registered: Extension[] = [];
const asked: string[][] = [];
let answer: () => Promise<object>;
let tell: Tell;

beforeAll(async () => {
    // What HubSpot's worker has as its globals, as far as a card comes to them.
    vi.stubGlobal("self", {
        __HUBSPOT_EXTENSION_WORKER__: true,
        extend_V2: (extension: Extension) => registered.push(extension),
        hsWorkerAPI: {
            fetchCrmProperties: async (names: string[], updated: Tell) => {
                asked.push(names);
                tell = updated;
                return { json: () => answer() };
            }
        }
    });
    await import("../src/app/cards/IcpSidebar");
    await import("../src/app/cards/IcpTab");
});

function run(extension: Extension, context: object = CONTEXT) {
    const page = createRemoteRoot(() => undefined);
    createRoot(page).render(extension({ context }));
    page.mount();
    return page;
}

/** Every element on the page with what it says, as HubSpot's page is told to draw it. */
function drawn(page: RemoteRoot): string {
    const nodes = (inside: RemoteRoot["children"]): string =>
        inside
            .map((one) => {
                if (one.kind === 2) {
                    return one.text;
                }
                const { title, label } = one.props as { title?: string; label?: string };
                return `<${one.type} ${title ?? label ?? ""}>${nodes(one.children as typeof inside)}`;
            })
            .join("");
    return nodes(page.children);
}

/** Answers come later, and a busy machine takes its time. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 4000, interval: 5 });

/** Presses the only button, which stands in the first element. */
function press(page: RemoteRoot): void {
    const [first] = page.children;
    const inside = first.kind === 1 ? first.children : [];
    const button = inside.find((one) => one.kind === 1 && one.type === "Button");
    (button as unknown as { props: { onClick: () => void } }).props.onClick();
}

describe("in HubSpot's worker", () => {
    it("each entry point registers one card, once", () => {
        expect(registered).toHaveLength(2);
    });

    it.each([0, 1])(
        "card %i reads our properties, and shows them when they come",
        async (which) => {
            answer = () => Promise.resolve({ data: FITS });
            const page = run(registered[which]);

            expect(drawn(page)).toBe("<LoadingSpinner Loading the ICP fit>");
            await eventually(() => expect(drawn(page)).toContain("<StatusTag >ICP"));
            expect(asked.at(-1)).toHaveLength(11);
            expect(asked.at(-1)?.every((name) => name.startsWith("bbm_"))).toBe(true);
        }
    );

    it("follows what somebody changes on the record", async () => {
        answer = () => Promise.resolve({ data: FITS });
        const page = run(registered[0]);
        await eventually(() => expect(drawn(page)).toContain("<StatusTag >ICP"));

        tell({ ...FITS, bbm_override: "not_icp" });

        await eventually(() => expect(drawn(page)).toContain("Decided by sales: Not ICP"));
        expect(drawn(page)).toContain("BBM takes this over in its next cycle.");
    });

    it("says so when HubSpot refuses, and reads again", async () => {
        answer = () => Promise.resolve({ error: "Property bbm_icp does not exist" });
        const page = run(registered[0]);

        await eventually(() => expect(drawn(page)).toContain("<ErrorState Not available>"));
        answer = () => Promise.resolve({ data: FITS });
        press(page);

        await eventually(() => expect(drawn(page)).toContain("<StatusTag >ICP"));
    });

    it("says so when a record has none of our properties", async () => {
        answer = () => Promise.resolve({ data: {} });
        const page = run(registered[0]);

        await eventually(() => expect(drawn(page)).toContain("<ErrorState No ICP properties>"));
    });

    it("offers HubSpot's own fields in the middle of the record", async () => {
        answer = () => Promise.resolve({ data: FITS });
        const page = run(registered[1], { ...CONTEXT, location: "crm.record.tab" });

        await eventually(() => expect(drawn(page)).toContain("<CrmPropertyList"));
    });
});

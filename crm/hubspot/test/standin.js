// Draws a card as plain HTML. HubSpot draws the real one with components of its own, which nobody
// else has: words, order and grouping are the card's, the look is a stand-in.
const SIZES = { flush: 0, "extra-small": 4, small: 8, medium: 16, large: 24 };
const ALIGN = { start: "flex-start", end: "flex-end", between: "space-between" };

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text) => String(text).replace(/[&<>"]/g, (one) => ESCAPES[one]);
const part = (look, inside, style = "") => `<div class="${look}" style="${style}">${inside}</div>`;

const DRAWINGS = {
    Alert: (p, inside) => part(`alert ${p.variant}`, `<b>${escaped(p.title)}</b>${inside}`),
    Button: (p, inside) => `<button>${inside}</button>`,
    CrmPropertyList: (p) =>
        part(
            "fields",
            p.properties.map((name) => part("field", `<label>${name}</label><i>--</i>`)).join("")
        ),
    Divider: () => "<hr>",
    EmptyState: (p, inside) => part("state", `<b>${escaped(p.title)}</b>${inside}`),
    ErrorState: (p, inside) => part("state", `<b>${escaped(p.title)}</b>${inside}`),
    Flex: (p, inside) =>
        part(
            "flex",
            inside,
            `flex-direction:${p.direction ?? "row"};gap:${SIZES[p.gap ?? "flush"]}px;` +
                `justify-content:${ALIGN[p.justify] ?? "flex-start"};` +
                `align-items:${p.align ?? "stretch"};flex-wrap:${p.wrap ? "wrap" : "nowrap"}`
        ),
    List: (p, inside) => part("list", inside),
    LoadingSpinner: (p) => part("state", `<span class="spinner"></span>${escaped(p.label)}`),
    ProgressBar: (p) =>
        part(
            `bar ${p.variant}`,
            `<div class="track"><div class="fill" style="width:${p.value}%"></div></div>` +
                part("small", escaped(p.valueDescription))
        ),
    StatusTag: (p, inside) =>
        `<span class="status ${p.variant} ${p.hollow ? "hollow" : ""}">${inside}</span>`,
    Tag: (p, inside) => `<span class="tag ${p.variant ?? ""}">${inside}</span>`,
    Text: (p, inside) =>
        part(`${p.variant === "microcopy" ? "small" : ""} ${p.format?.fontWeight ?? ""}`, inside)
};

/** Nodes of the testing package as HTML; an element that has no drawing here is an error. */
export function standIn(nodes) {
    return nodes
        .map((node) =>
            node.nodeType === "text"
                ? escaped(node.text)
                : DRAWINGS[node.name](node.props, standIn(node.childNodes))
        )
        .join("");
}

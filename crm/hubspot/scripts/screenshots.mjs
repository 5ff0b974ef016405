// Pictures of the card, from what its tests render. Needs Chromium: CHROMIUM=/usr/bin/chromium.
// HubSpot's components cannot be had outside HubSpot: the look is a stand-in, the rest is the card's.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const HERE = path.dirname(path.dirname(new URL(import.meta.url).pathname));
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SIDEBAR = [
    ["fits", "does_not_fit", "unknown", "decided_by_sales"],
    ["not_taken_over", "ended", "long_unchanged", "outdated"],
    ["not_judged", "not_set_up", "failed", "loading"]
].flat();
const SHEETS = [
    { name: "sidebar", width: 1360, height: 1480, columns: 4, states: SIDEBAR },
    { name: "tab", width: 720, height: 740, columns: 1, states: ["in_the_middle"] }
];

const PAGE = `
    * { box-sizing: border-box; }
    body { margin: 0; padding: 16px; background: #f5f8fa; color: #33475b; font-size: 14px;
        line-height: 1.5; font-family: "Noto Sans", "Noto Sans CJK JP", Arial, sans-serif; }
    .sheet { display: grid; gap: 16px; align-items: start; }
    .card { background: #fff; border: 1px solid #dfe3eb; border-radius: 3px; padding: 16px;
        overflow-wrap: anywhere; }
    .card > h2 { margin: 0 0 12px; font-size: 14px; }
    .flex { display: flex; }
    .flex > * { min-width: 0; }
    .small { font-size: 12px; color: #516f90; }
    .demibold { font-weight: 600; white-space: nowrap; }
    .status::before { content: ""; display: inline-block; width: 10px; height: 10px;
        margin-right: 8px; border-radius: 50%; background: #7c98b6; border: 2px solid #7c98b6; }
    .status { font-weight: 600; }
    .status.success::before { background: #00bda5; border-color: #00bda5; }
    .status.warning::before { background: #f5c26b; border-color: #f5c26b; }
    .status.hollow::before { background: none; }
    .tag { border: 1px solid #cbd6e2; border-radius: 3px; padding: 0 8px; font-size: 12px;
        background: #eaf0f6; }
    .tag.warning { background: #fef8f0; border-color: #fae0b5; }
    .track { height: 8px; border-radius: 4px; background: #eaf0f6; overflow: hidden; }
    .fill { height: 100%; background: #f5c26b; }
    .bar.success .fill { background: #00bda5; }
    .list > .flex { padding: 4px 0; border-bottom: 1px solid #eaf0f6; }
    .alert { border: 1px solid #7fd1de; background: #e5f5f8; border-radius: 3px;
        padding: 8px 12px; }
    .alert.warning { border-color: #fae0b5; background: #fef8f0; }
    .alert button, .state button { margin-top: 8px; }
    button { display: block; font: inherit; border: 1px solid #cbd6e2; background: #eaf0f6;
        border-radius: 3px; padding: 4px 16px; }
    .state { text-align: center; padding: 12px; }
    .state button { margin-inline: auto; }
    .spinner { display: inline-block; width: 14px; height: 14px; margin-right: 8px;
        border: 2px solid #00bda5; border-top-color: transparent; border-radius: 50%; }
    .field { display: grid; padding: 4px 0; }
    .field label { font-size: 12px; color: #516f90; }
    hr { width: 100%; border: 0; border-top: 1px solid #dfe3eb; margin: 0; }
`;

function sheet({ columns, states }, lang, looks) {
    const cards = states.map((one) => fs.readFileSync(path.join(looks, `${one}.${lang}.html`)));
    const drawn = cards.map((one) => `<div class="card"><h2>BBM ICP fit</h2>${one}</div>`);
    return `<!doctype html><html lang="${lang}"><meta charset="utf-8"><style>${PAGE}
        .sheet { grid-template-columns: repeat(${columns}, minmax(0, 1fr)); }</style>
        <div class="sheet">${drawn.join("")}</div></html>`;
}

const work = fs.mkdtempSync(path.join(os.tmpdir(), "bbm-looks-"));
execFileSync("npx", ["vitest", "run", "looks"], {
    cwd: HERE,
    env: { ...process.env, BBM_LOOKS: work },
    stdio: ["ignore", "ignore", "inherit"]
});
fs.mkdirSync(path.join(HERE, "docs"), { recursive: true });
for (const one of SHEETS) {
    for (const lang of ["en", "ja"]) {
        const page = path.join(work, `${one.name}.${lang}.page.html`);
        fs.writeFileSync(page, sheet(one, lang, work));
        const picture = path.join(HERE, "docs", `${one.name}.${lang}.png`);
        const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"];
        flags.push("--no-first-run", "--disable-background-networking", "--disable-sync");
        flags.push("--disable-component-update", "--hide-scrollbars", `--user-data-dir=${work}/u`);
        flags.push(`--window-size=${one.width},${one.height}`, `--screenshot=${picture}`);
        execFileSync(CHROMIUM, [...flags, `file://${page}`], { stdio: "ignore" });
    }
}
fs.rmSync(work, { recursive: true });

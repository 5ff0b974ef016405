// Pictures of the component, from what its tests render. Needs Chromium: CHROMIUM=/usr/bin/chromium.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const HERE = path.dirname(path.dirname(new URL(import.meta.url).pathname));
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const STATES = ["fits", "unknown", "does_not_fit", "decided_by_sales", "not_judged", "hidden"];
const SHEETS = [
    { name: "desktop", width: 1180, height: 900, columns: 3, states: STATES },
    { name: "mobile", width: 390, height: 910, columns: 1, states: ["unknown", "decided_by_sales"] }
];

// What a Lightning page brings: its font, its grey ground, and SLDS as far as it is used here.
const PAGE = `
    * { box-sizing: border-box; }
    body { margin: 0; padding: 1rem; background: #f3f3f3;
        font-family: "Salesforce Sans", "Noto Sans", "Noto Sans CJK JP", Arial, sans-serif; }
    .sheet { display: grid; gap: 1rem; align-items: start; }
    .slds-card { background: #fff; border: 1px solid #c9c9c9; border-radius: 0.5rem; }
    .slds-assistive-text { position: absolute; width: 1px; height: 1px; overflow: hidden;
        clip-path: inset(50%); white-space: nowrap; }
`;

function sheet({ columns, states }, lang, looks) {
    const css = path.join(HERE, "force-app/main/default/lwc/bbmIcp/bbmIcp.css");
    const cards = states.map((one) => fs.readFileSync(path.join(looks, `${one}.${lang}.html`)));
    return `<!doctype html><html lang="${lang}"><meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <style>${PAGE}${fs.readFileSync(css)}
        .sheet { grid-template-columns: repeat(${columns}, minmax(0, 1fr)); }</style>
        <div class="sheet">${cards.map((one) => `<div>${one}</div>`).join("")}</div></html>`;
}

const work = fs.mkdtempSync(path.join(os.tmpdir(), "bbm-looks-"));
execFileSync("npx", ["sfdx-lwc-jest", "--", "looks"], {
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

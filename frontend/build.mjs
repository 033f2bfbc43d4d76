// Writes the committed static files of insignia_server.kit. Run: npm ci && npm run build
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const out = new URL("../src/insignia_server/kit/static/kit/", import.meta.url).pathname;
const fonts = "node_modules/@fontsource-variable/source-sans-3/";
const subsets = ["latin", "latin-ext", "greek", "cyrillic"];

mkdirSync(`${out}fonts`, { recursive: true });
for (const subset of subsets)
  copyFileSync(`${fonts}files/source-sans-3-${subset}-wght-normal.woff2`, `${out}fonts/source-sans-3-${subset}.woff2`);
mkdirSync(`${out}licences`, { recursive: true });
copyFileSync(`${fonts}LICENSE`, `${out}licences/source-sans-3.txt`);
copyFileSync("node_modules/lucide-static/LICENSE", `${out}licences/lucide.txt`);
copyFileSync("node_modules/htmx.org/LICENSE", `${out}licences/htmx.txt`);

const symbols = readFileSync("icons.txt", "utf8").trim().split("\n").map((name) => {
  const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
  const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>")}</symbol>`;
});
const licence = "<!-- Icons: Lucide, ISC licence, https://lucide.dev/license -->";
writeFileSync(`${out}icons.svg`, `${licence}\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);

const common = { bundle: true, minify: true, charset: "utf8", target: ["chrome123", "firefox128", "safari17.5"] };
await build({ ...common, entryPoints: ["src/css/kit.css"], outfile: `${out}kit.css`, external: ["./fonts/*"] });
await build({ ...common, entryPoints: ["src/kit.js"], outfile: `${out}kit.js`, format: "iife", legalComments: "inline" });

// The component for pages of others: served at /embed.js, so it is in no folder of static files.
const embed = new URL("../src/insignia_server/public/embeds/", import.meta.url).pathname;
await build({ ...common, entryPoints: ["src/embed/embed.js"], outfile: `${embed}embed.js`, format: "iife", legalComments: "none" });
// The badge designer is a bundle of its own: only its page loads it.
const designer = new URL("../src/insignia_server/console/static/console/designs/", import.meta.url).pathname;
await build({ ...common, entryPoints: ["src/designer/main.js"], outfile: `${designer}designer.js`, format: "iife" });

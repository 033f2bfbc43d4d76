// Builds the icons that badges are drawn with: two open sets in one compressed file, their licences beside it.
// Run with `node badge_icons.mjs` after `npm ci`.
import { readFileSync, readdirSync, writeFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const target = join(here, "../src/insignia_server/designs/icons");
const require = createRequire(import.meta.url);

const paths = (svg) =>
  [...svg.matchAll(/<path\b([^>]*)>/g)]
    .filter((match) => !/stroke="none"/.test(match[1]))
    .map((match) => ({ d: /\bd="([^"]*)"/.exec(match[1])[1].trim(), tone: /opacity="0\.2"/.test(match[1]) }));
const joined = (list) => list.map((one) => one.d).join(" ");
const read = (...parts) => readFileSync(join(...parts), "utf8");

function phosphor() {
  const { icons } = require("@phosphor-icons/core");
  const root = join(modules, "@phosphor-icons/core");
  return icons
    .filter((icon) => !icon.name.split("-").includes("logo"))
    .map((icon) => {
      const filled = paths(read(root, "assets/fill", `${icon.name}-fill.svg`));
      const two = paths(read(root, "assets/duotone", `${icon.name}-duotone.svg`));
      const tags = [...icon.tags.filter((tag) => !tag.startsWith("*")), ...icon.categories.map(String)];
      return [
        `ph:${icon.name}`,
        tags.join(" ").toLowerCase(),
        joined(filled),
        joined(two.filter((one) => one.tone)),
        joined(two.filter((one) => !one.tone)),
      ];
    });
}

function tabler() {
  const root = join(modules, "@tabler/icons");
  const known = JSON.parse(read(root, "icons.json"));
  return readdirSync(join(root, "icons/outline"))
    .filter((name) => name.endsWith(".svg") && !name.startsWith("brand-"))
    .map((file) => {
      const name = file.slice(0, -4);
      const { tags = [], category = "" } = known[name] ?? {};
      return [
        `tb:${name}`,
        [...tags.map((tag) => String(tag).replaceAll("-", " ")), category].join(" ").toLowerCase(),
        joined(paths(read(root, "icons/outline", file))),
      ];
    });
}

const icons = [...phosphor(), ...tabler()];
mkdirSync(target, { recursive: true });
writeFileSync(join(target, "icons.json.gz"), gzipSync(JSON.stringify(icons), { level: 9 }));
writeFileSync(
  join(target, "LICENSES.txt"),
  ["@phosphor-icons/core", "@tabler/icons"]
    .map((name) => {
      const { version, homepage = "" } = JSON.parse(read(modules, name, "package.json"));
      return `${name} ${version}\n${homepage}\n\n${read(modules, name, "LICENSE")}`;
    })
    .join("\n\n----\n\n"),
);
console.log(`${icons.length} icons`);

// <insignia-badge href="https://host/badges/<uuid>/"> shows a badge and verifies it in the reader's browser.
// What it shows of a badge was read out of the signed bytes; nothing of it is parsed as HTML.
import { check } from "./check.js";
import { sheet } from "./style.js";
import { words } from "./words.js";

const PATHS = { good: "M4 13l5 5L20 6", warn: "M12 4v10M12 19v.5", bad: "M6 6l12 12M18 6L6 18", wait: "M12 6v6l4 2" };
const MARKS = { valid: "good", revoked: "bad", broken: "bad", checking: "wait" };
const USUAL = { broken: "signature", unchecked: "full", missing: "missing" };
const fill = (text, value) => text.split(/\{.\}/).flatMap((part, index) => (index ? [value, part] : [part]));

function make(name, attributes = {}, ...children) {
  const made = name === "svg" || name === "path" ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
  made.append(...children.filter((one) => one !== undefined && one !== ""));
  return made;
}

class InsigniaBadge extends HTMLElement {
  static observedAttributes = ["href"];
  #root = this.attachShadow({ mode: "open" });
  #turn = 0;

  attributeChangedCallback() {
    if (this.isConnected) this.connectedCallback();
  }

  async connectedCallback() {
    const turn = ++this.#turn;
    this.#root.adoptedStyleSheets = [sheet];
    const href = this.getAttribute("href") ?? "";
    this.#show({ state: "checking" }, href);
    const found = await check(href);
    if (turn !== this.#turn) return; // another address was set meanwhile
    this.#show(found, href);
    this.dispatchEvent(new CustomEvent("insignia-badge", { bubbles: true, detail: { state: found.state, why: found.why } }));
  }

  #show({ state, why, facts }, href) {
    const wanted = this.closest("[lang]")?.lang;
    const [tag, said] = words(wanted);
    const day = (text) => (text ? new Date(text).toLocaleDateString(tag, { dateStyle: "long", timeZone: "UTC" }) : "");
    const page = /^https?:/.test(href) ? href.split(/[?#]/)[0] : undefined;
    const link = (attributes, ...children) => make(page ? "a" : "span", { href: page, target: "_blank", rel: "noopener", ...attributes }, ...children);
    const box = make("div", { class: `box ${state}${facts ? " shown" : ""}`, lang: tag });
    if (facts) box.append(link({ class: "main" }, this.#picture(facts), this.#text(facts, said, day)));
    else box.append(make("slot"));
    const date = state === "expired" ? facts.until : facts?.from;
    const sentence = make("span", { dir: "auto" }, ...fill(said[state], day(date)), why ? `: ${said[`why ${why}`] ?? said[`why ${USUAL[state]}`]}.` : "");
    const mark = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, make("path", { d: PATHS[MARKS[state] ?? "warn"] }));
    const more = state === "checking" || !page ? undefined : link({ class: "more", href: `${page}#verification` }, said.more);
    box.append(make("p", { class: "state", role: "status" }, mark, sentence, more));
    this.#root.replaceChildren(box);
    this.setAttribute("state", state);
  }

  #picture({ picture, alt }) {
    if (!/^https?:/.test(picture)) return undefined;
    const made = make("img", { src: picture, alt: alt ?? "", width: "96", height: "96", referrerpolicy: "no-referrer" });
    made.addEventListener("error", () => made.remove());
    return made;
  }

  #text({ name, by, issuer, to, awarded, from }, said, day) {
    const line = (kind, ...parts) => make("span", { class: kind, dir: "auto" }, ...parts);
    const host = decodeURIComponent(issuer.slice(8).split(":")[0]); // a name can be claimed by anybody, an address cannot
    const date = day(awarded ?? from);
    return make("span", { class: "text" },
      line("name", name),
      line("line by", ...fill(said.by, make("bdi", {}, by ?? host)), by ? " · " : "", by ? make("bdi", { dir: "ltr" }, host) : ""),
      line("line", ...(to ? [...fill(said.to, make("bdi", {}, to)), date && ` · ${date}`] : [date])));
  }
}

if (!customElements.get("insignia-badge")) customElements.define("insignia-badge", InsigniaBadge);

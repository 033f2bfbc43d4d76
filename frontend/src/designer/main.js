// The badge designer. The page works without this file; with it each change is drawn at once and kept.
import { Canvas } from "./canvas.js";
import { Fields } from "./fields.js";
import { History } from "./history.js";
import { Fixed } from "./fixed.js";
import { Icons } from "./icons.js";
import { Looks } from "./looks.js";
import { get, same, set } from "./paths.js";
import { fields as asked, Server } from "./server.js";

const root = document.getElementById("designer");
if (root) begin(root);

function begin(form) {
  const data = JSON.parse(document.getElementById("designer-data").textContent);
  const { words } = data;
  const one = (selector) => form.querySelector(selector);
  const history = new History({ design: data.design, ...data.more });
  const status = one("[data-status]");
  const live = one("[data-live]");
  let stamp = data.stamp;
  let kept = history.now;
  let conflict = false;
  let started = false;
  form.classList.add("dsg--live");

  const say = (text) => { live.textContent = text; };
  const tell = (state, text) => { status.dataset.state = state; status.textContent = text; };

  const server = new Server({
    addresses: data.addresses,
    token: form.querySelector("[name=csrfmiddlewaretoken]").value,
    onDrawn(answer, code) {
      if (code !== 200) { tell("bad", answer.message ?? words.refused); return; }
      canvas.show(answer.svg);
      looks.show(answer);
      const suggested = one("[data-suggested]");
      if (suggested && answer.alt) {
        // A description that nobody wrote follows the badge; one of a person's own stays.
        if (history.now.design.alt === suggested.textContent && suggested.textContent !== answer.alt) {
          history.now = { ...history.now, design: set(history.now.design, "alt", answer.alt) };
          fields.sync();
          keep();
        }
        suggested.textContent = answer.alt;
      }
      one("[data-levels]")?.replaceChildren(...level(answer.levels));
      if (answer.design && answer.design.alt === history.now.design.alt && !same(answer.design, history.now.design)) {
        history.now = { ...history.now, design: answer.design };
        fields.sync();
      }
    },
    onKept(answer, code) {
      if (code === 409) { conflict = true; tell("bad", answer.message); one("[data-conflict]").hidden = false; return; }
      if (code !== 200) { tell("bad", answer.message ?? words.refused); return; }
      stamp = answer.stamp;
      kept = sent;
      tell(same(kept, history.now) ? "good" : "busy", same(kept, history.now) ? words.saved : words.saving);
      looks.alike(answer.alike);
      for (const image of document.querySelectorAll("[data-badge]")) image.src = answer.picture;
    },
    onTrouble(kind) { tell("bad", words[kind]); },
  });

  let sent = history.now;
  const keep = (wait) => {
    if (conflict) return;
    tell("busy", words.saving);
    server.keep(() => {
      sent = history.now;
      return { ...asked(sent), seen: stamp };
    }, wait);
  };

  const arrived = (wait) => {
    buttons();
    server.draw(history.now, wait);
    keep();
  };
  const change = (next, key, said) => {
    if (same(next, history.now)) return;
    history.push(next, key, said);
    if (said) say(said);
    arrived();
  };
  const level = (found = []) => found.map((each) => {
    const row = document.createElement("li");
    row.append(Object.assign(new Image(160, 160), { src: each.picture, alt: "" }), each.label);
    return row;
  });
  const edit = (changes, key, said) => {
    let design = history.now.design;
    for (const [path, value] of Object.entries(changes)) design = set(design, path, value);
    change({ ...history.now, design }, key, said);
  };

  const act = async (what, said, otherwise) => {
    const answer = await server.act(history.now, what);
    if (!answer) return;
    if (answer.status !== 200) { tell("bad", answer.body.message ?? words.refused); return; }
    const alone = /^(start|like):/.test(what) && "family" in history.now ? { family: "", level: "" } : {};
    const next = { ...history.now, ...alone, design: answer.body.design };
    if (same(next, history.now)) { say(otherwise ?? said); tell("bad", otherwise ?? said); return; }
    change(next, "", said);
    fields.sync();
  };

  const buttons = () => {
    fixed.sync();
    one("[data-undo]").setAttribute("aria-disabled", String(!history.past.length));
    one("[data-redo]").setAttribute("aria-disabled", String(!history.future.length));
  };
  const step = (which) => {
    const said = history[which]();
    if (said === null) { say(which === "undo" ? words.nothingUndo : words.nothingRedo); return; }
    say(`${which === "undo" ? words.undone : words.redone} ${said ?? ""}`);
    fields.sync();
    arrived(0);
  };

  // What is chosen shall be seen in a long panel.
  const reveal = (card) => {
    const list = one(".dsg-panels");
    list.scrollTop = 0;
    if (!card || card.closest(".dsg-panel").querySelector(":is([data-rule], [data-fixed-note]):not([hidden])")) return;
    const below = card.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom;
    if (below > 0) list.scrollTop = below + card.offsetHeight;
  };
  const open = (name, focus = false) => {
    const panel = data.panels[name] ?? name;
    for (const link of form.querySelectorAll("[data-panel]")) {
      if (link.dataset.panel === panel) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    }
    for (const section of form.querySelectorAll(".dsg-panel")) section.hidden = section.id !== `panel-${panel}`;
    form.classList.add("dsg--sheet");
    reveal(one(`#panel-${panel} :is(.dsg-card, .dsg-swatch):has(:checked)`));
    if (started && matchMedia("(max-width: 52rem)").matches) scrollBy({ top: one(".dsg-bar").getBoundingClientRect().bottom - 64 });
    if (focus) one(`#panel-${panel} h2`)?.focus();
    one(`#panel-${panel}`)?.dispatchEvent(new Event("panelopen"));
  };

  const fixed = new Fixed(form, { families: data.families ?? {}, now: () => history.now.family ?? "" });
  const canvas = new Canvas(one("[data-canvas]"), {
    parts: data.parts,
    words,
    doc: () => history.now.design,
    onMove(name, changes, key) {
      edit(changes, key, words.moved.replace("%s", data.parts[name].label));
      fields.sync();
      if (!key) server.draw(history.now, 0);
    },
    onChoose: (name) => open(name),
    locked: (name) => fixed.part(name),
    onEmpty(name) {
      const empty = data.parts[name].empty;
      if (!empty) return;
      edit(empty, "", words.emptied.replace("%s", data.parts[name].label));
      fields.sync();
    },
  });
  const looks = new Looks(document, {
    words,
    onMend: (at) => act(`mend:${at}`, words.mended, history.now.family ? words.fixed : words.notMended),
  });
  const fields = new Fields(form, {
    doc: () => history.now.design,
    onChange: edit,
    more: () => history.now,
    onMore(name, value, field) {
      const said = field.tagName === "SELECT" ? field.selectedOptions[0].textContent : "";
      change({ ...history.now, [name]: value }, field.tagName === "SELECT" ? "" : name, said);
    },
  });
  const found = one("[data-icon-search]") && new Icons(one("#panel-icon"), server, {
    words,
    chosen: () => get(history.now.design, "icon.id"),
    onFound() {},
  });
  one("#panel-icon")?.addEventListener("panelopen", () => { if (found && !found.offset) found.search(0); });

  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-panel]");
    if (link) { event.preventDefault(); open(link.dataset.panel, event.detail === 0); }
    if (event.target.closest("[data-leave]")) {
      event.preventDefault();
      change({ ...history.now, family: "", level: "" }, "", words.left);
      fields.sync();
      one(".dsg-panel:not([hidden]) h2").focus();
    }
    const acts = event.target.closest("[data-act]");
    if (acts) { event.preventDefault(); act(acts.dataset.act, acts.dataset.act.startsWith("mend") ? words.mended : words.started, history.now.family ? words.fixed : words.notMended); }
    if (event.target.closest("[data-use-alt]")) {
      edit({ alt: one("[data-suggested]").textContent }, "", "");
      fields.sync();
    }
    if (event.target.closest("[data-undo]")) step("undo");
    if (event.target.closest("[data-redo]")) step("redo");
    if (event.target.closest("[data-close-sheet]")) form.classList.remove("dsg--sheet");
    if (event.target.closest("[data-overwrite]")) {
      conflict = false;
      one("[data-conflict]").hidden = true;
      stamp = "";
      keep(0);
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input:not([type=radio], [type=checkbox], [type=range]), textarea, select");
    if (!(event.ctrlKey || event.metaKey) || event.altKey || typing) return;
    const key = event.key.toLowerCase();
    if (key === "z") { event.preventDefault(); step(event.shiftKey ? "redo" : "undo"); }
    if (key === "y") { event.preventDefault(); step("redo"); }
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-like]") && event.target.value) {
      act(event.target.value, words.started);
      event.target.value = "";
    }
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    if (event.submitter?.value === "save") keep(0);
  });
  window.addEventListener("beforeunload", (event) => {
    if (same(kept, history.now)) return;
    event.preventDefault();
    keep(0);
  });

  open(location.hash.startsWith("#panel-") ? location.hash.slice(7) : data.open ?? "start");
  form.classList.remove("dsg--sheet");
  started = true;
  buttons();
  fields.sync();
}

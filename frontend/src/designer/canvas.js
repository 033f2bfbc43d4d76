// The badge, large: its parts can be pointed at, dragged, nudged, scaled, emptied.
import { get } from "./paths.js";

const UNITS = 512;
const SNAP = 5;
const FREE = 4; // pixels before a press becomes a drag

export class Canvas {
  constructor(root, { parts, words, onMove, onChoose, onEmpty, doc, locked }) {
    Object.assign(this, { root, parts, words, onMove, onChoose, onEmpty, doc, locked });
    this.sheet = root.querySelector("[data-sheet]");
    this.handles = root.querySelector("[data-handles]");
    this.buttons = new Map();
    this.drag = null;
    for (const [name, part] of Object.entries(parts)) this.#handle(name, part);
    this.sheet.addEventListener("click", (event) => {
      const found = event.target.closest("[id^='part-']");
      if (found) onChoose(found.id.slice(5));
    });
    new ResizeObserver(() => this.place()).observe(root);
    this.place();
  }

  // Ours, drawn by the server without script; parsed apart from the page, so nothing of it can run here.
  show(svg) {
    const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    if (parsed.nodeName !== "svg") return;
    const fresh = document.importNode(parsed, true);
    fresh.setAttribute("aria-hidden", "true");
    fresh.removeAttribute("role");
    fresh.querySelector("title")?.remove();
    this.sheet.replaceChildren(fresh);
    if (!this.drag) this.place();
  }

  part(name) {
    return this.sheet.querySelector(`#part-${CSS.escape(name)}`);
  }

  place() {
    const frame = this.root.getBoundingClientRect();
    for (const [name, button] of this.buttons) {
      const box = this.part(name)?.getBoundingClientRect();
      button.hidden = !box || box.width < 1 || this.locked(name);
      if (button.hidden) continue;
      const wide = Math.max(box.width + 12, 28), high = Math.max(box.height + 12, 28);
      button.style.left = `${box.left - frame.left + (box.width - wide) / 2}px`;
      button.style.top = `${box.top - frame.top + (box.height - high) / 2}px`;
      button.style.width = `${wide}px`;
      button.style.height = `${high}px`;
    }
  }

  #handle(name, part) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "dsg-handle";
    button.dataset.part = name;
    button.setAttribute("aria-label", `${part.label}. ${this.words.handle}`);
    if (part.scale) {
      const grip = document.createElement("span");
      grip.className = "dsg-handle__grip";
      button.append(grip);
    }
    button.addEventListener("pointerdown", (event) => this.#begin(event, name, part, button));
    button.addEventListener("keydown", (event) => this.#key(event, name, part));
    button.addEventListener("click", () => { if (!this.moved) this.onChoose(name); });
    this.handles.append(button);
    this.buttons.set(name, button);
  }

  #begin(event, name, part, button) {
    if (event.button !== 0) return;
    this.moved = false;
    const group = this.part(name);
    if (!group) return;
    button.setPointerCapture(event.pointerId);
    const unit = UNITS / this.root.clientWidth;
    const box = group.getBoundingClientRect();
    const middle = [box.left + box.width / 2, box.top + box.height / 2];
    const before = group.getAttribute("transform") ?? "";
    const scaling = event.target.classList.contains("dsg-handle__grip");
    const doc = this.doc();
    const start = { dx: get(doc, part.dx) ?? 0, dy: get(doc, part.dy) ?? 0, scale: get(doc, part.scale ?? "") ?? 1 };
    const far = Math.hypot(event.clientX - middle[0], event.clientY - middle[1]) || 1;
    let next = null;
    this.drag = name;
    const move = (now) => {
      const by = [now.clientX - event.clientX, now.clientY - event.clientY];
      if (!this.moved && Math.hypot(...by) < FREE) return;
      this.moved = true;
      button.classList.add("moving");
      if (scaling) {
        const times = Math.hypot(now.clientX - middle[0], now.clientY - middle[1]) / far;
        const scale = within(start.scale * times, part.scales);
        next = { [part.scale]: Math.round(scale * 100) / 100 };
        const local = this.#local(group, middle), ratio = scale / start.scale;
        group.setAttribute("transform", `translate(${local}) scale(${ratio}) translate(${local.map((at) => -at)}) ${before}`);
      } else {
        const dx = snapped(within(start.dx + by[0] * unit, part.moves));
        const dy = snapped(within(start.dy + by[1] * unit, part.moves));
        next = { [part.dx]: dx, [part.dy]: dy };
        group.setAttribute("transform", `translate(${dx - start.dx} ${dy - start.dy}) ${before}`);
        this.root.classList.toggle("on-axis", dx === 0);
        this.root.classList.toggle("on-level", dy === 0);
      }
      this.place();
    };
    const end = (now) => {
      button.removeEventListener("pointermove", move);
      button.removeEventListener("pointerup", end);
      button.removeEventListener("pointercancel", end);
      button.classList.remove("moving");
      this.root.classList.remove("on-axis", "on-level");
      this.drag = null;
      if (now.type === "pointercancel") { group.setAttribute("transform", before); this.place(); return; }
      if (next) this.onMove(name, next, "");
    };
    button.addEventListener("pointermove", move);
    button.addEventListener("pointerup", end);
    button.addEventListener("pointercancel", end);
  }

  #local(group, middle) {
    const matrix = (group.ownerSVGElement ?? group).getScreenCTM().inverse();
    const point = new DOMPoint(middle[0], middle[1]).matrixTransform(matrix);
    return [point.x, point.y];
  }

  #key(event, name, part) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const far = event.shiftKey ? 10 : 2;
    const step = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] }[event.key];
    const doc = this.doc();
    if (step) {
      event.preventDefault();
      const moved = {};
      if (part.dx && step[0]) moved[part.dx] = within((get(doc, part.dx) ?? 0) + step[0], part.moves);
      if (part.dy && step[1]) moved[part.dy] = within((get(doc, part.dy) ?? 0) + step[1], part.moves);
      this.onMove(name, moved, `move-${name}`);
    } else if (part.scale && ["+", "=", "-"].includes(event.key)) {
      event.preventDefault();
      const scale = (get(doc, part.scale) ?? 1) + (event.key === "-" ? -0.05 : 0.05);
      this.onMove(name, { [part.scale]: Math.round(within(scale, part.scales) * 100) / 100 }, `scale-${name}`);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.onEmpty(name);
    }
  }
}

const within = (value, [least, most] = [-200, 200]) => Math.min(most, Math.max(least, value));
const snapped = (value) => (Math.abs(value) < SNAP ? 0 : Math.round(value));

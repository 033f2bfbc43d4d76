// The fields of the panels. The name of a field is the path of what it changes in the design.
import { get, same } from "./paths.js";

export class Fields {
  constructor(form, { doc, more, onChange, onMore }) {
    Object.assign(this, { form, doc, more, onChange, onMore });
    form.addEventListener("input", (event) => this.#changed(event.target, true));
    form.addEventListener("change", (event) => this.#changed(event.target, false));
    form.addEventListener("change", (event) => {
      if (!event.target.matches("[data-family]")) return;
      onMore(event.target.name, event.target.value, event.target);
      this.sync();
    });
  }

  #changed(field, typing) {
    if (!field.name || !field.closest("[data-fields]")) return;
    const kind = field.type;
    if (typing === ["radio", "select-one", "color"].includes(kind) && kind !== "color") return;
    if (kind === "color" && !typing) return;
    this.#output(field);
    const key = ["text", "range", "number", "color", "textarea"].includes(kind) ? field.name : "";
    this.onChange(this.#made(field), key, said(field));
  }

  // A field such as `logo.picture` makes the whole part where there is none, and takes it out when it is empty.
  #made(field) {
    if (field.dataset.whole === undefined) return { [field.name]: read(field) };
    const [part, member] = field.name.split(".");
    const whole = { ...JSON.parse(field.dataset.whole), ...get(this.doc(), part), [member]: field.value };
    return { [part]: field.value ? whole : null };
  }

  // What stands in the fields follows the design, after undo for example; whoever types is not disturbed.
  sync() {
    const doc = this.doc();
    for (const field of this.form.querySelectorAll("[data-family]")) {
      if (field !== document.activeElement || field.tagName === "SELECT") field.value = this.more()[field.name] ?? "";
    }
    for (const part of this.form.querySelectorAll("[data-rule]")) part.hidden = part.dataset.rule !== this.more().rule;
    for (const part of this.form.querySelectorAll("[data-if]")) part.hidden = !get(doc, part.dataset.if);
    for (const field of this.form.querySelectorAll("[data-fields] [name]")) {
      if (field.closest("[data-if][hidden]") || field.type === "hidden") continue;
      const value = get(doc, field.name);
      if (field.type === "radio") field.checked = same(read(field), value ?? "");
      else if (field !== document.activeElement || field.type === "range") field.value = value ?? field.dataset.none ?? "";
      this.#output(field);
    }
  }

  #output(field) {
    const output = field.closest("label, .field")?.querySelector("output");
    if (output) output.textContent = field.value;
  }
}

function read(field) {
  if (field.dataset.json !== undefined) return JSON.parse(field.value);
  if (["range", "number"].includes(field.type) || field.dataset.number !== undefined) {
    return field.value === "" ? null : Number(field.value);
  }
  return field.value;
}

function said(field) {
  const label = field.closest("label, .field")?.querySelector(".visually-hidden, .field__label, label")?.textContent
    ?? field.closest("label")?.textContent ?? "";
  const group = field.closest("fieldset")?.querySelector("legend")?.textContent ?? "";
  return [group, label].filter(Boolean).map((text) => text.trim()).join(": ");
}

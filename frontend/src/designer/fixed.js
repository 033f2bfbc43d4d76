// What a family fixes: its fields cannot be changed, its parts not moved, and each panel says why.
const SET = new Set(["title", "subtitle", "small"]); // texts: their words are the badge's, their places the family's

export class Fixed {
  constructor(form, { families, now }) {
    Object.assign(this, { form, families, now });
  }

  get #family() {
    return this.families[this.now()];
  }

  part(name) {
    const family = this.#family;
    return Boolean(family) && (SET.has(name) || (name === "logo" && family.logo));
  }

  sync() {
    if (!Object.keys(this.families).length) return;
    const family = this.#family;
    const holds = (what) => Boolean(family) && (what !== "logo" || family.logo);
    for (const part of this.form.querySelectorAll("[data-fixed]")) {
      const off = holds(part.dataset.fixed);
      if (part.matches("fieldset")) part.disabled = off;
      else for (const field of part.querySelectorAll("input, select")) field.disabled = off;
    }
    for (const part of this.form.querySelectorAll("[data-free]")) part.hidden = Boolean(family);
    for (const part of this.form.querySelectorAll("[data-in-family]")) part.hidden = !family;
    for (const note of this.form.querySelectorAll("[data-fixed-note]")) {
      note.hidden = !holds(note.dataset.fixedNote);
      if (!family) continue;
      const words = note.querySelector("[data-words]");
      words.textContent = words.dataset.words.replace("%s", () => family.name);
      note.querySelector("[data-fixed-link]").href = family.address;
    }
  }
}

// Searching the icons: results are radio buttons like every other choice; more come when asked for.
export class Icons {
  constructor(panel, server, { words, chosen, onFound }) {
    Object.assign(this, { panel, server, words, chosen, onFound });
    this.field = panel.querySelector("[data-icon-search]");
    this.grid = panel.querySelector("[data-icon-grid]");
    this.more = panel.querySelector("[data-icon-more]");
    this.count = panel.querySelector("[data-icon-count]");
    this.asked = 0;
    this.offset = this.grid.children.length;
    let timer;
    this.field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => this.search(0), 200); });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); clearTimeout(timer); this.search(0); }
      if (event.key === "ArrowDown") { event.preventDefault(); this.grid.querySelector("input")?.focus(); }
    });
    panel.querySelector("[data-icon-go]").addEventListener("click", (event) => { event.preventDefault(); this.search(0); });
    this.more.addEventListener("click", (event) => { event.preventDefault(); this.search(this.offset); });
  }

  async search(offset) {
    const asked = ++this.asked;
    const found = await this.server.icons({ q: this.field.value, offset });
    if (asked !== this.asked) return;
    const cards = found.icons.map((one) => this.#card(one));
    if (offset) this.grid.append(...cards); else this.grid.replaceChildren(...cards);
    this.offset = offset + found.icons.length;
    this.more.hidden = this.offset >= found.total;
    this.count.textContent = found.total ? this.words.found.replace("%s", found.total) : this.words.none;
    if (offset) cards[0]?.querySelector("input").focus();
    this.onFound();
  }

  #card(one) {
    const label = document.createElement("label");
    label.className = "dsg-card dsg-card--icon";
    label.title = one.label;
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "icon.id", value: one.id });
    input.checked = one.id === this.chosen();
    const image = Object.assign(new Image(64, 64), { src: one.picture, alt: "", loading: "lazy" });
    const words = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: one.label });
    label.append(input, image, words);
    return label;
  }
}

// How others will see it: small, in grey, cropped, colour-blind; what is wrong; what looks alike.
export class Looks {
  constructor(page, { words, onMend }) {
    Object.assign(this, { page, words, onMend });
    this.problems = page.querySelector("[data-problems]");
    this.similar = page.querySelector("[data-alike]");
    this.problems?.addEventListener("click", (event) => {
      const button = event.target.closest("[data-mend]");
      if (!button) return;
      event.preventDefault();
      onMend(Number(button.dataset.mend));
    });
  }

  show({ svg, problems }) {
    const address = `data:image/svg+xml;base64,${base64(svg)}`;
    for (const image of this.page.querySelectorAll("[data-look]")) {
      image.setAttribute(image.localName === "image" ? "href" : "src", address);
    }
    if (problems) this.#problems(problems);
  }

  #problems(found) {
    if (!this.problems) return;
    const rows = found.map((one, at) => {
      const row = document.createElement("li");
      row.className = "dsg-problem";
      const words = Object.assign(document.createElement("span"), { textContent: one.message });
      row.append(words);
      {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn--small", textContent: this.words.mend });
        button.dataset.mend = String(at);
        button.setAttribute("aria-label", `${this.words.mend}: ${one.message}`);
        row.append(button);
      }
      return row;
    });
    const held = this.problems.contains(document.activeElement);
    this.problems.replaceChildren(...rows);
    this.page.querySelector("[data-fine]").hidden = found.length > 0;
    if (held) (this.problems.querySelector("button") ?? this.page.querySelector("[data-problems-title]"))?.focus();
  }

  alike(found) {
    if (!this.similar || !found) return;
    this.similar.closest("section").hidden = !found.length;
    this.similar.replaceChildren(...found.map((one) => {
      const row = document.createElement("li");
      row.className = "dsg-alike";
      const image = Object.assign(new Image(56, 56), { src: one.picture, alt: "", loading: "lazy" });
      const words = document.createElement("span");
      const name = Object.assign(document.createElement("strong"), { textContent: one.name });
      const under = Object.assign(document.createElement("span"), { className: "sub", textContent: one.said });
      words.append(name, under);
      row.append(image, words);
      return row;
    }));
  }
}

function base64(text) {
  const bytes = new TextEncoder().encode(text);
  let found = "";
  for (let at = 0; at < bytes.length; at += 0x8000) found += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(found);
}

// What is asked of the server: a drawing while somebody works (the newest wins), and to keep it.
const DRAW = 150;
const KEEP = 1200;

export class Server {
  constructor({ addresses, token, onDrawn, onKept, onTrouble }) {
    Object.assign(this, { addresses, token, onDrawn, onKept, onTrouble });
    this.drawing = null;
    this.keeping = false;
    this.again = null;
    this.timers = {};
  }

  draw(state, wait = DRAW) {
    clearTimeout(this.timers.draw);
    this.drawing?.abort();
    this.timers.draw = setTimeout(async () => {
      const abort = new AbortController();
      this.drawing = abort;
      try {
        const answer = await this.#post(this.addresses.preview, fields(state), abort.signal);
        if (this.drawing === abort) this.onDrawn(answer.body, answer.status);
      } catch (error) {
        if (error.name !== "AbortError") this.onTrouble("offline");
      }
    }, wait);
  }

  // What a button of the server makes of the design: mended, or another one to start from.
  async act(state, act) {
    clearTimeout(this.timers.draw);
    this.drawing?.abort();
    this.drawing = null;
    try {
      return await this.#post(this.addresses.preview, { ...fields(state), act });
    } catch {
      this.onTrouble("offline");
      return null;
    }
  }

  // One save at a time: what changes meanwhile is kept by the next one, with the stamp of this one.
  keep(make, wait = KEEP) {
    clearTimeout(this.timers.keep);
    this.timers.keep = setTimeout(async () => {
      if (this.keeping) { this.again = make; return; }
      this.keeping = true;
      try {
        const answer = await this.#post(this.addresses.save, make());
        this.onKept(answer.body, answer.status);
      } catch {
        this.onTrouble("unsaved");
      }
      this.keeping = false;
      const next = this.again;
      this.again = null;
      if (next) this.keep(next, 0);
    }, wait);
  }

  async icons(query) {
    const address = new URL(this.addresses.icons, location.href);
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.json();
  }

  async #post(address, fields, signal) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const headers = { "X-CSRFToken": this.token, Accept: "application/json" };
    const answer = await fetch(address, { method: "POST", body, signal, headers });
    const json = (answer.headers.get("Content-Type") ?? "").includes("json");
    if (!json) throw new Error(`answer ${answer.status}`);
    return { status: answer.status, body: await answer.json() };
  }
}

export const fields = ({ design, ...more }) => ({ ...more, design: JSON.stringify(design) });

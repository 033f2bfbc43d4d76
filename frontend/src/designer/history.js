// What can be undone. Changes of one slider or one text, close together, are one step.
const TOGETHER = 900; // milliseconds
const MOST = 200;

export class History {
  constructor(first) {
    this.now = first;
    this.past = [];
    this.future = [];
    this.last = { key: "", at: 0 };
  }

  push(next, key, said) {
    const at = Date.now();
    const together = key && key === this.last.key && at - this.last.at < TOGETHER && this.past.length;
    if (!together) this.past.push({ doc: this.now, said });
    if (this.past.length > MOST) this.past.shift();
    this.now = next;
    this.future = [];
    this.last = { key, at };
  }

  undo() {
    const step = this.past.pop();
    if (!step) return null;
    this.future.push({ doc: this.now, said: step.said });
    return this.#to(step);
  }

  redo() {
    const step = this.future.pop();
    if (!step) return null;
    this.past.push({ doc: this.now, said: step.said });
    return this.#to(step);
  }

  #to(step) {
    this.now = step.doc;
    this.last = { key: "", at: 0 };
    return step.said;
  }
}

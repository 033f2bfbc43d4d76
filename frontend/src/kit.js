// Enhancement only: every page works without this file.
import "htmx.org/dist/htmx.js";

document.documentElement.classList.add("js");
const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);
const enhanced = new WeakSet();
const once = (selector, act) => each(document, selector, (element) => {
  if (enhanced.has(element)) return;
  enhanced.add(element);
  act(element);
});

function counters() {
  once("[data-counts]", (foot) => {
    const input = document.getElementById(foot.dataset.counts);
    if (!input) return;
    const limit = Number(foot.dataset.limit);
    input.removeAttribute("maxlength"); // A paste is never cut off silently; the server says no.
    const show = () => {
      const left = limit - [...input.value].length;
      foot.textContent = (left < 0 ? foot.dataset.over : foot.dataset.text).replace("%s", Math.abs(left));
      foot.classList.toggle("over", left < 0);
      foot.hidden = left > limit / 2 && limit > 80;
    };
    input.addEventListener("input", show);
    show();
  });
}

function dropZones() {
  once(".drop", (zone) => {
    const input = zone.querySelector("input[type=file]");
    const hint = zone.querySelector("[data-chosen]");
    if (!input) return;
    const over = (on) => zone.classList.toggle("over", on);
    zone.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
    zone.addEventListener("dragleave", () => over(false));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    input.addEventListener("change", () => {
      const names = [...input.files].map((file) => file.name).join(", ");
      zone.classList.toggle("filled", names !== "");
      if (hint && names) hint.textContent = hint.dataset.chosen.replace("%s", names);
    });
  });
}

function selections() {
  once("[data-selects]", (all) => {
    const boxes = [...all.closest("table").querySelectorAll("tbody .table__pick input")];
    const counter = document.querySelector(all.dataset.selects);
    let last = null;
    const show = () => {
      const n = boxes.filter((box) => box.checked).length;
      all.checked = n > 0 && n === boxes.length;
      all.indeterminate = n > 0 && n < boxes.length;
      if (counter) counter.textContent = counter.dataset.text.replace("%s", n);
    };
    all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); show(); });
    boxes.forEach((box, index) => {
      box.addEventListener("click", (event) => {
        if (event.shiftKey && last !== null)
          boxes.slice(Math.min(last, index), Math.max(last, index) + 1).forEach((one) => { one.checked = box.checked; });
        last = index;
        show();
      });
      box.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        const next = step && boxes[index + step];
        if (!next) return;
        event.preventDefault();
        next.focus();
        if (event.shiftKey) { next.checked = box.checked; show(); }
      });
    });
    show();
  });
}

function enhance() {
  counters();
  dropZones();
  selections();
}

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const from = copy.dataset.copyFrom && document.getElementById(copy.dataset.copyFrom);
    await navigator.clipboard.writeText(from ? from.textContent : copy.dataset.copy);
    const label = copy.querySelector("[data-done]");
    const before = label.textContent;
    label.textContent = label.dataset.done;
    setTimeout(() => { label.textContent = before; }, 2000);
  }
  if (event.target.closest("[data-print]")) window.print();
  const opener = event.target.closest("[data-dialog]");
  if (opener) { event.preventDefault(); document.getElementById(opener.dataset.dialog)?.showModal(); }
  each(document, "details.menu[open]", (menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  each(document, "details.menu[open]", (menu) => { menu.open = false; menu.querySelector("summary").focus(); });
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});
document.addEventListener("allauth.error", () => {
  const problem = document.getElementById("passkey-problem");
  if (!problem) return;
  document.querySelector(".sheet h1, main h1")?.after(problem);
  problem.hidden = false;
});
document.addEventListener("htmx:after:swap", enhance);
// Paper has no scrolling: pictures that wait for it come now.
addEventListener("beforeprint", () => each(document, "img[loading=lazy]", (image) => { image.loading = "eager"; }));

enhance();
document.querySelector("body:not([data-calm]) [data-focus]")?.focus();

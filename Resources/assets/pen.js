/* Charter — a pad for signing by hand, and buttons that copy; on the desk's pages and on those of customers.
   Every page works without this file: a name can be typed, and what is to be copied can be marked. */
(() => {
"use strict";

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/* ---------------------------------------------------------------- signing by hand */

/* A field for a name gets a pad to write on; its strokes go into the field as the lines of an SVG path. */
function dressPens(within = document) {
  for (const pen of all("[data-pen]:not([data-dressed])", within)) {
    const [field, pad, clear] = [one("input", pen), one("svg", pen), one("button", pen)];
    const line = one("path", pad);
    let last = null;
    const point = (event) => {
      const box = pad.getBoundingClientRect();
      const at = (value, size, most) => Math.max(0, Math.min(most, Math.round((value / size) * most)));
      return [at(event.clientX - box.left, box.width, 400), at(event.clientY - box.top, box.height, 120)];
    };
    const draw = (text) => { line.setAttribute("d", text); field.value = text; };
    const show = () => { const isDrawn = /^M\d/.test(field.value); line.setAttribute("d", isDrawn ? field.value : ""); field.type = isDrawn ? "hidden" : "text"; clear.hidden = !isDrawn; };
    pad.addEventListener("pointerdown", (event) => { pad.setPointerCapture(event.pointerId); last = point(event); event.preventDefault(); });
    pad.addEventListener("pointermove", (event) => {
      if (!last) return;
      const next = point(event);
      if (Math.abs(next[0] - last[0]) + Math.abs(next[1] - last[1]) < 2) return;
      const before = /^M\d/.test(field.value) ? field.value : "";
      const isOn = before.endsWith(`${last[0]} ${last[1]}`);
      const text = `${before}${isOn ? "" : `M${last[0]} ${last[1]}`}L${next[0]} ${next[1]}`;
      if (text.length <= 16000) draw(text);
      last = next;
    });
    for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, () => { last = null; show(); });
    clear.addEventListener("click", () => { draw(""); show(); });
    pad.removeAttribute("hidden");
    pen.dataset.dressed = "";
    show();
  }
}

/* ---------------------------------------------------------------- copying */

/* A button with data-copy="FIELD" copies what stands in that field, and says so in its own words. */
function dressCopies() {
  for (const button of all("button[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    if (!field) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
      button.textContent = button.dataset.copied ?? button.textContent;
    });
  }
}

dressPens();
dressCopies();
})();

/* Charter — what the browser adds to the pages: keys, countdowns, theme, live lists, toasts.
   Every page works without this file. It evaluates nothing, writes no inline style and keeps no personal data,
   so the strictest content policy holds. The hooks in the HTML that it answers to are listed in docs/desk.md. */
(() => {
"use strict";

const root = document.documentElement;
const body = document.body;
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const mark = (element, isCurrent) => { if (isCurrent) element.setAttribute("aria-current", "true"); else element.removeAttribute("aria-current"); };
const isShown = (element) => element.checkVisibility({ visibilityProperty: true });

/* A word of the reader's language, from <body data-word-NAME="… {value} …">; undefined when the page gives none. */
function word(name, values = {}) {
  const text = body.dataset[`word${name[0].toUpperCase()}${name.slice(1)}`];
  return text?.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function icon(name) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  picture.setAttribute("class", "i");
  picture.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `/assets/icons.svg#i-${name}`);
  picture.append(use);
  return picture;
}

/* Small choices of this browser. Private windows may refuse the store; then they last as long as the page. */
const memory = {
  get(name) { try { return localStorage.getItem(name); } catch { return null; } },
  set(name, value) { try { if (value === null) localStorage.removeItem(name); else localStorage.setItem(name, value); } catch { /* no store */ } },
};

/* ---------------------------------------------------------------- files */

/* A form that takes a file takes several, by choice or dropped on it: one after the other, each with its progress.
   Live refreshes wait meanwhile; then the parts of the page that show files are put in anew. What was refused, and why, stands
   below through all of that until files are sent again. */
const refused = new Map();

function dressDrops(within = document) {
  for (const form of all("form[data-drop]:not([data-dressed])", within)) {
    const field = one('input[type="file"]', form);
    form.dataset.dressed = "";
    field.multiple = true;
    one("button", form).hidden = true;
    one(".drop__list", form).append(...(refused.get(form.action) ?? []));
    field.addEventListener("change", () => sendFiles(form, [...field.files]));
    let depth = 0;
    const over = (change) => { depth = Math.max(0, depth + change); form.classList.toggle("drop--over", depth > 0); };
    form.addEventListener("dragenter", (event) => { event.preventDefault(); over(1); });
    form.addEventListener("dragleave", () => over(-1));
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => { event.preventDefault(); depth = 0; over(0); sendFiles(form, [...event.dataTransfer.files]); });
  }
}

async function sendFiles(form, files) {
  const list = one(".drop__list", form);
  const faults = [];
  list.replaceChildren();
  refused.set(form.action, faults);
  const waiting = files.map((file) => {
    const bar = make("progress", { max: 1, value: 0 });
    const line = make("li", {}, make("span", {}, file.name), bar);
    list.append(line);
    return { file, bar, line };
  });
  let fresh = null;
  live.holds += 1;
  for (const { file, bar, line } of waiting) {
    const answer = file.size > Number(form.dataset.limit)
      ? { text: form.dataset.tooLarge } : await sendFile(form, file, (part) => { bar.value = part; });
    if (answer.page) { fresh = answer.page; line.remove(); continue; }
    bar.remove();
    line.classList.add("drop__fault");
    faults.push(line);
    line.append(make("small", {}, answer.text ?? word("failed", { status: answer.status }) ?? ""));
  }
  live.holds -= 1;
  one('input[type="file"]', form).value = "";
  if (fresh) showFiles(fresh);
}

/* The request rather than fetch, which tells nothing of its progress. */
function sendFile(form, file, progress) {
  const data = new FormData();
  for (const field of all('input[type="hidden"]', form)) if (field.name !== "idempotency_key") data.append(field.name, field.value);
  const key = globalThis.crypto?.randomUUID?.();
  if (key) data.append("idempotency_key", key);
  data.append("file", file);
  const request = new XMLHttpRequest();
  return new Promise((resolve) => {
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) progress(event.loaded / event.total); });
    request.addEventListener("error", () => resolve({ status: 0 }));
    request.addEventListener("load", () => {
      if (request.status === 401) return location.reload();
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      if (request.status < 300) return resolve({ page });
      const said = [one("h1", page), one("main p", page) ?? one("p", page)].map((part) => part?.textContent.trim()).filter(Boolean);
      resolve({ status: request.status, text: said.length > 0 ? said.join(" ") : undefined });
    });
    request.open("POST", form.action);
    request.send(data);
  });
}

/* What was ticked stays ticked, and what has just come is ticked too. */
function showFiles(page) {
  for (const part of all("#files, [data-files]")) {
    const fresh = page.getElementById(part.id);
    if (!fresh) continue;
    const before = new Map(all('input[type="checkbox"]', part).map((box) => [box.name, box.checked]));
    for (const box of all('input[type="checkbox"]', fresh)) box.checked = before.get(box.name) ?? true;
    part.replaceWith(fresh);
    dressDrops(fresh.parentElement);
  }
}

/* ---------------------------------------------------------------- time */

/* The organisation's business time, which a demo may have moved; the browser's clock only counts on from there. */
let shift = 0;
const now = () => Date.now() + shift;

function setClock(text) {
  const instant = Date.parse(text ?? "");
  if (Number.isFinite(instant)) shift = instant - Date.now();
}

/* Milliseconds in the words of the page, to the minute: what is left is rounded up, what is overdue down. */
function duration(milliseconds, round) {
  const minutes = round(milliseconds / 60000);
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const name = d > 9 && body.dataset.wordLong ? "long" : d > 0 ? "days" : h > 0 ? "hours" : "minutes";
  return word(name, { d, h, m, mm: String(m).padStart(2, "0") });
}

/* A deadline is `.due`, or any element with data-due; the instant is data-due, or its <time datetime>.
   What is done, waived or void counts no longer. */
let ticked = Infinity;
function tick() {
  const [before, instant] = [ticked, now()];
  let hasTurned = false;
  for (const due of all(".due, [data-due]")) {
    if (due.matches(".due--met, .due--shut")) continue;
    const at = Date.parse(due.dataset.due ?? one("time[datetime]", due)?.dateTime ?? "");
    if (!Number.isFinite(at)) continue;
    const left = at - instant;
    const text = left > 0 ? word("left", { time: duration(left, Math.ceil) }) : word("late", { time: duration(-left, Math.floor) });
    const place = one(".due__left", due) ?? (due.matches(".due") ? null : due);
    if (text && place && place.textContent !== text) place.textContent = text;
    if (!due.matches(".due")) continue;
    if (before < at && at <= instant) hasTurned = true;
    const soon = Number(due.dataset.soon);
    due.classList.toggle("due--overdue", left <= 0);
    if (left <= 0) due.classList.remove("due--soon", "due--calm");
    else if (instant >= soon) { due.classList.add("due--soon"); due.classList.remove("due--calm"); }
    burn(due, at);
  }
  ticked = instant;
  /* What has just fallen due belongs to another group of the list, and only the server knows which. */
  if (hasTurned) askForAll();
}

/* The stick of incense is 40 long; what is left of it is an SVG length, not a style. */
function burn(due, at) {
  const from = Number(due.dataset.from);
  if (!Number.isFinite(from) || at <= from) return;
  const length = Math.max(0, Math.min(40, 40 * (at - now()) / (at - from)));
  one(".stick__left", due)?.setAttribute("d", length > 0 ? `M0 4h${length.toFixed(1)}` : "M0 4");
  const ember = one(".stick__ember", due);
  ember?.setAttribute("cx", length.toFixed(1));
  ember?.setAttribute("r", length > 0 ? "2" : "0");
}

function tickEachMinute() {
  setTimeout(() => { if (!document.hidden) tick(); tickEachMinute(); }, 60000 - (now() % 60000) + 50);
}

/* ---------------------------------------------------------------- theme */

/* The cookie lets the server write data-theme itself, so that the next page does not flash. */
function setTheme(choice) {
  const theme = choice === "light" || choice === "dark" ? choice : "system";
  if (theme === "system") delete root.dataset.theme; else root.dataset.theme = theme;
  memory.set("theme", theme);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  for (const radio of all('input[name="theme"]')) radio.checked = radio.value === theme;
  for (const button of all('button[name="theme"]')) mark(button, button.value === theme);
}

/* ---------------------------------------------------------------- lists */

const rows = () => all("#list .row, .laws .law[tabindex], .laws details > .law").filter(isShown);
const currentRow = () => rows().find((row) => row.getAttribute("aria-current") === "true");
const rowKey = (row) => row?.dataset.obligation ?? row?.dataset.key ?? (row?.id || undefined);

/* Marks one row as the one in hand. Its act's key is printed on its button, and on no other. */
function choose(row) {
  const before = currentRow();
  if (before === row) return;
  if (before) {
    before.removeAttribute("aria-current");
    one("kbd[data-hint]", before)?.remove();
    one(".row__act[data-lifted]", before)?.classList.remove("btn--do");
  }
  if (!row) return;
  row.setAttribute("aria-current", "true");
  const act = one(".row__act", row);
  if (act && !one("kbd", act)) {
    if (!act.classList.contains("btn--do")) { act.dataset.lifted = "yes"; act.classList.add("btn--do"); }
    const hint = make("kbd", {}, "E");
    hint.dataset.hint = "yes";
    hint.setAttribute("aria-hidden", "true");
    act.append(" ", hint);
  }
  row.dispatchEvent(new CustomEvent("desk:pick", { bubbles: true }));
}

function move(step) {
  const list = rows();
  if (list.length === 0) return;
  const at = list.indexOf(currentRow());
  const row = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.max(0, Math.min(list.length - 1, at + step))];
  choose(row);
  (one(".row__what", row) ?? row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/* ---------------------------------------------------------------- keys */

const areKeysOn = () => memory.get("keys") !== "off";

function setKeys(isOn) {
  memory.set("keys", isOn ? null : "off");
  root.dataset.keys = isOn ? "on" : "off";
  for (const box of all("input[data-keys-switch]")) box.checked = isOn;
}

/* Where somebody writes. A search that was just closed may still have the focus for a moment, and takes no more text. */
const isField = (element) =>
  element instanceof HTMLElement && !element.closest("[popover]:not(:popover-open)") && (element.isContentEditable ||
    element.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit], [type=reset])"));

/* The visible element that names this key; the row in hand comes before the rest of the page. */
function holderOf(key) {
  const selector = `[aria-keyshortcuts~="${CSS.escape(key)}" i]`;
  const places = [one("[popover]:popover-open"), currentRow(), one(".toast"), one(".pane:target"), document];
  for (const place of places) {
    const found = place && all(selector, place).find(isShown);
    if (found) return found;
  }
  return undefined;
}

function press(element) {
  element.focus({ preventScroll: true });
  if (element.matches("input, textarea, select") && isField(element)) return;
  element.click();
  const menu = element.getAttribute("popovertarget");
  if (menu) one("a[href], button, input", document.getElementById(menu))?.focus();
}

function open(id) {
  const popover = document.getElementById(id);
  if (!popover?.showPopover) return false;
  popover.togglePopover();
  return true;
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const target = event.target;

  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key === "k") {
    if (open("palette")) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;

  if (isPaletteKey(event, key) || isMenuKey(event, key)) return;
  if (key === "Escape") {
    if (isField(target) && !one("[popover]:popover-open")) target.blur();
    else if (!one("[popover]:popover-open")) one(".pane--sheet:target .pane__shut")?.click();
    return;
  }
  if (/^F\d+$/.test(key)) {
    const holder = holderOf(key);
    if (holder) { event.preventDefault(); press(holder); }
    return;
  }
  if (!areKeysOn() || isField(target) || event.repeat && !"jk".includes(key)) return;

  const hasPopover = one("[popover]:popover-open") !== null;
  if (key === "?") {
    if (open("keys")) event.preventDefault();
  } else if (key === "/" && !hasPopover) {
    const field = all("[data-search]").find(isShown);
    if (field) { event.preventDefault(); field.focus(); field.select?.(); } else if (open("palette")) event.preventDefault();
  } else if ((key === "j" || key === "k") && !hasPopover) {
    event.preventDefault();
    move(key === "j" ? 1 : -1);
  } else if (key === "Enter" && target === body) {
    const row = currentRow();
    if (row) press(one(".row__what", row) ?? row);
  } else if (key === "e" && !hasPopover && currentRow()) {
    /* The pane beside the list has the nearer act, as long as it shows the row in hand. */
    const row = currentRow();
    const act = (row.matches(".row--picked") && holderOf(key)) || one(".row__act", row);
    if (act) { event.preventDefault(); press(act); }
  } else if (/^[a-z0-9]$/.test(key)) {
    const holder = holderOf(key);
    if (holder) { event.preventDefault(); press(holder); }
  }
}

/* Arrows walk through an open menu and through the results under a search field. */
function isMenuKey(event, key) {
  if (key !== "ArrowDown" && key !== "ArrowUp") return false;
  const target = event.target;
  const results = target.matches?.('input[aria-controls]') ? document.getElementById(target.getAttribute("aria-controls")) : null;
  const menu = results ?? target.closest?.(".menu:popover-open, [data-roving]");
  if (!menu || menu.id === "palette-list" || target.type === "radio") return false;
  const items = all("a[href], button:not([disabled])", menu).filter(isShown);
  if (items.length === 0) return false;
  event.preventDefault();
  const at = items.indexOf(document.activeElement);
  items[(at + (key === "ArrowDown" ? 1 : -1) + items.length) % items.length].focus();
  return true;
}

/* ---------------------------------------------------------------- palette */

/* The field keeps the focus; the chosen line is told to the screen reader as the active option. */
function dressPalette() {
  const list = one("#palette .palette__list");
  const field = one("#palette input[type=search]");
  if (!list || !field) return;
  list.id ||= "palette-list";
  const lines = all("a", list);
  if (lines.length > 0) list.setAttribute("role", "listbox"); else list.removeAttribute("role");
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", String(lines.length > 0));
  lines.forEach((line, index) => {
    line.id ||= `palette-${index}`;
    line.setAttribute("role", "option");
    line.tabIndex = -1;
  });
  choosePaletteLine(lines.find((line) => line.hasAttribute("aria-current")) ?? lines[0]);
}

function choosePaletteLine(line) {
  const field = one("#palette input[type=search]");
  for (const other of all("#palette .palette__list a")) {
    other.setAttribute("aria-selected", String(other === line));
    if (other === line) other.setAttribute("aria-current", "true"); else other.removeAttribute("aria-current");
  }
  if (line) field.setAttribute("aria-activedescendant", line.id); else field.removeAttribute("aria-activedescendant");
  line?.scrollIntoView({ block: "nearest" });
}

function isPaletteKey(event, key) {
  if (!event.target.closest?.("#palette:popover-open")) return false;
  const lines = all("#palette .palette__list a");
  const at = lines.findIndex((line) => line.hasAttribute("aria-current"));
  if (key === "ArrowDown" || key === "ArrowUp") {
    event.preventDefault();
    if (lines.length > 0) choosePaletteLine(lines[(at + (key === "ArrowDown" ? 1 : -1) + lines.length) % lines.length]);
    return true;
  }
  if (key === "Enter" && at >= 0) {
    event.preventDefault();
    lines[at].click();
    return true;
  }
  /* A search field keeps the first Esc for itself, to empty it. */
  if (key === "Escape") {
    event.preventDefault();
    document.getElementById("palette").hidePopover();
    return true;
  }
  return false;
}

/* A line that stands for a button of the account's menu presses it; without the script it leads to the account's page. */
document.addEventListener("click", (event) => {
  const line = event.target.closest?.("#palette a[data-press]");
  if (!line) return;
  const [name, value] = line.dataset.press.split("=");
  const button = value ? one(`#account button[name="${name}"][value="${value}"]`) : one(`#account form[action="/${name}"] button`);
  if (!button) return;
  event.preventDefault();
  button.form.requestSubmit(button);
});

/* ---------------------------------------------------------------- live pages */

/* One event stream for each tab that is looked at. It names topics that changed; the parts of the page that show
   them are fetched anew. Every event has a number, so a stream that was cut goes on where it stopped. */
const live = { source: null, seen: body.dataset.streamAt, retry: 0, lostTimer: 0, quietTimer: 0, wanted: new Set(), refreshTimer: 0, isBusy: false, holds: 0 };

function openStream() {
  if (!body.dataset.stream || live.source || document.hidden) return;
  const address = new URL(body.dataset.stream, location.href);
  if (live.seen) address.searchParams.set("after", live.seen);
  const source = live.source = new EventSource(address);
  const heard = (event) => {
    if (event.lastEventId) live.seen = event.lastEventId;
    live.retry = 0;
    clearTimeout(live.lostTimer);
    live.lostTimer = 0;
    clearTimeout(live.quietTimer);
    live.quietTimer = setTimeout(() => { closeStream(); lose(); reopenStream(); }, 60000);
  };
  source.addEventListener("open", (event) => { heard(event); say(""); });
  source.addEventListener("change", (event) => {
    heard(event);
    event.data.split(/\s+/).filter(Boolean).forEach((topic) => live.wanted.add(topic));
    refreshSoon();
  });
  source.addEventListener("here", (event) => {
    heard(event);
    const [instant, behind = "0"] = event.data.split(/\s+/);
    const before = now();
    setClock(instant);
    if (Math.abs(now() - before) > 30000) tick();
    say(Number(behind) > 30 ? word("behind", { s: behind }) : "");
  });
  source.addEventListener("reset", (event) => { heard(event); askForAll(); });
  source.addEventListener("error", () => {
    lose();
    if (source.readyState !== EventSource.CLOSED) return;
    /* A refused stream is closed for good, and the browser does not try again by itself.
       If the session is over, asking for the page shows it. */
    if (live.retry === 0) askForAll();
    closeStream();
    reopenStream();
  });
}

function closeStream() {
  live.source?.close();
  live.source = null;
  clearTimeout(live.quietTimer);
}

function reopenStream() {
  live.retry = Math.min(live.retry + 1, 6);
  setTimeout(openStream, Math.min(30000, 500 * 2 ** live.retry) * (0.75 + Math.random() / 2));
}

/* A short break is nobody's concern; a page that may be out of date has to say so. */
function lose() {
  live.lostTimer ||= setTimeout(() => {
    live.lostTimer = 0;
    if (!document.hidden) say(word("lost"));
  }, 4000);
}

function say(text) {
  let banner = one(".banner");
  if (!banner && !text) return;
  if (!banner) {
    banner = make("p", { className: "banner" });
    banner.setAttribute("role", "status");
    body.append(banner);
  }
  if (banner.textContent !== (text ?? "")) banner.textContent = text ?? "";
  banner.hidden = !text;
}

/* Heard by screen readers only. */
function announce(text) {
  let region = one("#desk-said");
  if (!region) {
    region = make("p", { id: "desk-said", className: "only-read" });
    region.setAttribute("role", "status");
    body.append(region);
  }
  region.textContent = text ?? "";
}

function askForAll() {
  live.wanted.add("*");
  refreshSoon();
}

/* Changes come in flocks, and many desks hear of them at once: a little patience, never the same for two. */
function refreshSoon() {
  live.refreshTimer ||= setTimeout(async () => {
    live.refreshTimer = 0;
    if (live.isBusy || live.holds > 0) return refreshSoon();
    const topics = new Set(live.wanted);
    live.wanted.clear();
    live.isBusy = true;
    try { await refresh(topics); } catch { lose(); } finally { live.isBusy = false; }
  }, 150 + Math.random() * 250);
}

async function refresh(topics) {
  const parts = all("[data-live][id]").filter((part) =>
    topics.has("*") || part.dataset.live.split(/\s+/).some((topic) => topic === "*" || topics.has(topic)));
  const byAddress = new Map();
  for (const part of parts) {
    const address = part.dataset.liveSrc ?? location.pathname + location.search;
    byAddress.set(address, [...(byAddress.get(address) ?? []), part]);
  }
  for (const [address, wanted] of byAddress) {
    /* The header tells the server that nobody acted, so the session does not live on by it. */
    const answer = await fetch(address, { headers: { "X-Refresh": "live" }, credentials: "same-origin", cache: "no-store" });
    if (answer.redirected) return location.reload();
    if (!answer.ok) continue;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of wanted) {
      const fresh = page.getElementById(part.id);
      if (fresh && part.isConnected) patch(part, fresh);
    }
  }
}

/* What the server wrote, before this file put marks and minutes into it. */
const written = new WeakMap();
const remember = (part) => { for (const child of part.children) written.set(child, child.outerHTML); };

/* Children with a key that did not change stay as they are, with their focus; the others are replaced. */
function patch(part, fresh) {
  const chosen = rowKey(currentRow());
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const focusedRow = rowKey(focused?.closest(".row"));
  const isOnAct = focused?.matches(".row__act");
  const present = new Map([...part.children].filter(rowKey).map((child) => [rowKey(child), child]));
  const arrived = [];
  remember(fresh);
  const wanted = [...fresh.children].map((child) => {
    const old = rowKey(child) && present.get(rowKey(child));
    if (old && written.get(old) === written.get(child)) return old;
    if (!old && rowKey(child) && child.matches(".row")) arrived.push(child);
    return child;
  });
  const kept = new Set(wanted);
  for (const child of [...part.children]) if (!kept.has(child)) child.remove();
  let place = part.firstElementChild;
  for (const child of wanted) {
    if (child === place) place = place.nextElementSibling; else part.insertBefore(child, place);
  }
  for (const row of arrived) row.classList.add("row--new");
  if (arrived.length > 0) announce(word("arrived", { n: arrived.length }));
  window.htmx?.process(part);
  const find = (key) => key && [...part.children].find((child) => rowKey(child) === key);
  choose(find(chosen) ?? currentRow());
  if (focusedRow && !focused.isConnected) one(isOnAct ? ".row__act" : ".row__what", find(focusedRow) ?? part)?.focus({ preventScroll: true });
  tick();
  part.dispatchEvent(new CustomEvent("desk:live", { bubbles: true, detail: { arrived: arrived.length } }));
}

/* ---------------------------------------------------------------- toasts */

const formToken = () => one('meta[name="form-token"]')?.content ?? "";

/* Acts are done at once and can be taken back, so nothing asks "are you sure?".
   { text, undo: "/path" }: the undo is a form, so that it is a POST with a token like any other. */
function toast({ text, undo }) {
  for (const old of all(".toast")) old.remove();
  const strip = make("div", { className: "toast" }, make("span", {}, text));
  strip.setAttribute("role", "status");
  if (undo) {
    const field = one('meta[name="form-token"]')?.dataset.field ?? "form_token";
    const button = make("button", { className: "btn btn--small" }, word("undo") ?? "", " ", make("kbd", {}, "Z"));
    button.setAttribute("aria-keyshortcuts", "Z");
    strip.append(make("form", { method: "post", action: undo }, make("input", { type: "hidden", name: field, value: formToken() }), button));
  }
  const shut = make("button", { className: "toast__shut", type: "button" }, icon("shut"));
  shut.setAttribute("aria-label", word("shut") ?? "×");
  strip.append(shut);
  body.append(strip);
  leave(strip);
}

/* A toast that offers to undo stays until it is closed; the others leave when nobody reads them. */
function leave(strip) {
  if (one("form, a[href]", strip)) return;
  setTimeout(() => { if (strip.matches(":hover, :focus-within")) leave(strip); else strip.remove(); }, 8000);
}

/* ---------------------------------------------------------------- forms */

/* The second press on a button that already sent its form does nothing. */
function onSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) return;
  if (form.dataset.sent) event.preventDefault(); else form.dataset.sent = "yes";
}

/* What a reveal showed hides itself again: data-hide-after seconds, data-masked the text to go back to. */
function hideLater(within = document) {
  for (const shown of all("[data-hide-after]", within)) {
    const seconds = Number(shown.dataset.hideAfter);
    delete shown.dataset.hideAfter;
    setTimeout(() => { shown.textContent = shown.dataset.masked ?? ""; }, Math.max(1, seconds) * 1000);
  }
}

/* A result of the customer picker fills in the form it stands in, and shows who was chosen. Without scripts it
   is a submit button, and the form comes back with the same filled in. */
function pickCustomer(button) {
  const form = button.form ?? button.closest("form");
  const name = button.dataset.field ?? "customer";
  const field = form && one(`input[type="hidden"][name="${CSS.escape(name)}"]`, form);
  if (!field) return false;
  field.value = button.dataset.customer;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  const picked = field.closest(".picker__picked");
  const query = one('input[name="customer_query"]', form);
  if (picked) {
    one("b", picked).textContent = button.dataset.name ?? "";
    one("span", picked).textContent = button.dataset.more ?? "";
    picked.hidden = false;
    if (query) query.value = "";
  } else if (query) query.value = button.dataset.name ?? button.textContent.trim();
  announce(button.dataset.name);
  one("#customer-results", form)?.replaceChildren();
  query?.focus();
  return true;
}

function onClick(event) {
  const target = event.target.closest?.('.toast__shut, button[data-customer], button[name="theme"]');
  if (target?.matches('[name="theme"]')) { event.preventDefault(); setTheme(target.value); target.closest("[popover]")?.hidePopover(); }
  if (target?.matches(".toast__shut")) { event.preventDefault(); target.closest(".toast")?.remove(); }
  if (target?.matches("button[data-customer]") && pickCustomer(target)) event.preventDefault();
}

function setUpHtmx(htmx) {
  Object.assign(htmx.config, {
    allowEval: false, allowScriptTags: false, includeIndicatorStyles: false, selfRequestsOnly: true,
    historyCacheSize: 0,  /* pages hold personal data: none of it goes into the browser's store */
    responseHandling: [
      { code: "204", swap: false }, { code: "[23]..", swap: true },
      { code: "422", swap: true },  /* the form again, each fault beside its field */
      { code: "[45]..", swap: false, error: true },
    ],
  });
  body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-Form-Token"] = formToken();
  });
  body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) return location.reload();
    const text = word("failed", { status: event.detail.xhr.status });
    if (text) toast({ text });
  });
  body.addEventListener("htmx:sendError", lose);
  body.addEventListener("htmx:load", (event) => { hideLater(event.detail.elt.parentElement ?? document); tick(); });
}

/* ---------------------------------------------------------------- start */

setClock(body.dataset.now);
for (const part of all("[data-live]")) remember(part);
setTheme(memory.get("theme") ?? root.dataset.theme);
for (const button of all('button[name="language"]')) mark(button, button.value === root.lang);
setKeys(areKeysOn());
tick();
tickEachMinute();
dressPalette();
hideLater();
dressDrops();
all(".toast").forEach(leave);
if (window.htmx) setUpHtmx(window.htmx);
openStream();

/* How many of a list's rows are ticked, said beside what may be done with them. */
function countChosen() {
  const told = one("#chosen [data-count]");
  if (!told) return;
  one("output", told).textContent = all('#chosen input[name="c"]:checked').length;
  told.hidden = false;
}

document.addEventListener("keydown", onKey);
document.addEventListener("reset", (event) => { if (event.target.id === "chosen") setTimeout(countChosen); });
document.addEventListener("submit", onSubmit);
document.addEventListener("click", onClick);
document.addEventListener("focusin", (event) => { const row = event.target.closest?.("#list .row"); if (row) choose(row); });
document.addEventListener("change", (event) => {
  if (event.target.matches('input[name="theme"]')) setTheme(event.target.value);
  if (event.target.matches("input[data-keys-switch]")) setKeys(event.target.checked);
  if (event.target.matches('input[name="c"]')) countChosen();
});
document.addEventListener("desk:live", (event) => dressDrops(event.target));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return closeStream();
  tick();
  openStream();
});
window.addEventListener("storage", (event) => { if (event.key === "theme" && event.newValue) setTheme(event.newValue); });
window.addEventListener("pagehide", closeStream);
window.addEventListener("pageshow", (event) => {
  for (const form of all("form[data-sent]")) delete form.dataset.sent;
  countChosen();
  if (event.persisted) { openStream(); askForAll(); }
});
body.addEventListener("toast", (event) => { if (event.detail?.text) toast(event.detail); });
const paletteList = one("#palette .palette__list");
if (paletteList) new MutationObserver(dressPalette).observe(paletteList, { childList: true });
})();

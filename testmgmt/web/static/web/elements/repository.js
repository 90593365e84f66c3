// The repository: rows are walked with j, k and the arrows, ticked with x, opened with Enter.
// On a wide screen a case opens in the pane beside the table, else its page is followed.
const WIDE = matchMedia("(width >= 75rem)");
const FOLDED = "folded sections";
const KEYS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";

const rows = () => [...document.querySelectorAll("#cases tr[data-case]")];
const opened = () => new URL(location.href).searchParams.get("case");
const ticks = () => [...document.querySelectorAll("#cases input[name=case]")];

function mark(id) {
  for (const row of rows()) row.toggleAttribute("aria-current", row.dataset.case === id);
  for (const row of rows()) if (row.dataset.case === id) row.setAttribute("aria-current", "true");
}

function remember(id) {
  const url = new URL(location.href);
  if (id) url.searchParams.set("case", id);
  else url.searchParams.delete("case");
  history.replaceState(history.state, "", url);
  mark(id);
}

function open(row) {
  const link = row.querySelector("a");
  if (!WIDE.matches) return location.assign(link.href);
  remember(row.dataset.case);
  htmx.ajax("GET", link.href, { target: "#detail", swap: "innerHTML" });
}

function walk(step) {
  const all = rows();
  const focused = all.indexOf(document.activeElement.closest?.("tr[data-case]"));
  const at = focused >= 0 ? focused : all.findIndex((row) => row.dataset.case === opened());
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  next?.querySelector("a").focus();
  next?.scrollIntoView({ block: "nearest" });
  return next;
}

function count() {
  const bar = document.getElementById("selection");
  if (!bar) return;
  const ticked = ticks().filter((tick) => tick.checked).length;
  bar.hidden = ticked === 0;
  bar.querySelector("[data-count]").textContent = `${ticked} ticked`;
  const all = document.querySelector("#cases input[data-all]");
  if (!all) return;
  all.checked = ticked > 0 && ticked === ticks().length;
  all.indeterminate = ticked > 0 && !all.checked;
}

// a place that works on cases learns which were ticked: ?cases=1,2
function take(link) {
  const url = new URL(link.href);
  url.searchParams.set("cases", ticks().filter((tick) => tick.checked).map((tick) => tick.value).join(","));
  link.href = url;
}

const folds = () => new Map(JSON.parse(sessionStorage.getItem(FOLDED) ?? "[]"));

function fold(button, isOpen) {
  button.ariaExpanded = String(isOpen);
  document.getElementById(button.getAttribute("aria-controls")).hidden = !isOpen;
}

function refold() {
  const kept = folds();
  for (const button of document.querySelectorAll("#tree [data-toggle]")) {
    const name = button.getAttribute("aria-controls");
    const holdsCurrent = document.getElementById(name).querySelector("[aria-current]");
    if (kept.has(name) && !holdsCurrent) fold(button, kept.get(name));
  }
}

function toggle(button) {
  const isOpen = button.ariaExpanded !== "true";
  fold(button, isOpen);
  const name = button.getAttribute("aria-controls");
  sessionStorage.setItem(FOLDED, JSON.stringify([...folds().set(name, isOpen)]));
}

function refresh() {
  mark(opened());
  count();
  refold();
}

document.addEventListener("click", (event) => {
  const toggled = event.target.closest("#tree [data-toggle]");
  if (toggled) return toggle(toggled);
  const step = event.target.closest("[data-walk]");
  if (step) return walk(Number(step.dataset.walk)) && open(document.activeElement.closest("tr"));
  const onward = event.target.closest("a[data-with-ticks]");
  if (onward) return take(onward);
  if (event.target.closest("[data-close-case]")) {
    document.getElementById("detail").replaceChildren();
    return remember(null);
  }
  const link = event.target.closest("#cases tr[data-case] a");
  const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (link && isPlain && WIDE.matches) {
    event.preventDefault();
    open(link.closest("tr"));
  }
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("#cases input[data-all]")) for (const tick of ticks()) tick.checked = target.checked;
  count();
});

document.addEventListener("reset", () => setTimeout(() => {
  for (const tick of ticks()) tick.checked = false;
  count();
}));

// before shortcuts.js: here / means the search of this page
document.addEventListener("keydown", (event) => {
  const isOff = document.documentElement.dataset.shortcuts === "off";
  const isBusy = event.target.closest(TYPING) || document.querySelector("dialog[open]");
  if (isOff || isBusy || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = event.target.closest("tr[data-case]");
  if (KEYS[event.key]) walk(KEYS[event.key]);
  else if (event.key === "/") document.getElementById("id_search")?.focus();
  else if (event.key === "x" && row) row.querySelector("input").click();
  else if (event.key === "e" && row) location.assign(`${row.querySelector("a").href}edit/`);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

// several lines in the quick row are looked at before they become cases
document.addEventListener("paste", (event) => {
  const field = event.target.closest("#quick-add input[name=titles]");
  const text = event.clipboardData.getData("text/plain").trim();
  if (!field || !text.includes("\n")) return;
  event.preventDefault();
  const dialog = document.getElementById("many");
  dialog.querySelector("textarea").value = text;
  dialog.querySelector("[name=section]").value = field.form.elements.section?.value ?? "";
  dialog.showModal();
});

document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  const by = detail.triggeringEvent?.submitter; // htmx misses buttons that stand outside their form
  if (by?.name) detail.formData.set(by.name, by.value);
  if (target.id !== "filters" && target.form?.id !== "filters") return;
  for (const [name, value] of [...detail.formData.entries()]) if (!value) detail.formData.delete(name);
});
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target.id === "quick-add" && detail.successful) target.reset();
});
document.addEventListener("htmx:afterSettle", refresh);
refresh();

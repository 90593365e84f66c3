// <run-execution> around the form of one test: keys for steps, the verdict that they suggest, the
// timer, and evidence by paste or drop. Letters for verdicts are data-shortcut (shortcuts.js).
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select";
const WORDS = { passed: "Passed", failed: "Failed", blocked: "Blocked", skipped: "Skipped" };

const isOff = () => document.documentElement.dataset.shortcuts === "off";

function derived(outcomes) {
  if (outcomes.includes("failed")) return "failed";
  if (outcomes.includes("blocked")) return "blocked";
  return outcomes.length && outcomes.every((one) => one === "passed") ? "passed" : "";
}

customElements.define("run-execution", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.steps = [...this.querySelectorAll("[data-step]")];
    this.files = this.form.elements.evidence;
    this.until = new AbortController();
    const listen = (target, name, react) =>
      target.addEventListener(name, react.bind(this), { signal: this.until.signal });
    listen(document, "keydown", this.onKey);
    listen(document, "paste", this.onPaste);
    listen(this, "click", this.onClick);
    listen(this, "change", this.onChange);
    listen(this, "focusin", this.onFocus);
    listen(this, "dragover", this.onDrag);
    listen(this, "dragleave", this.onDrag);
    listen(this, "drop", this.onDrop);
    listen(this.form.elements.elapsed, "input", this.pause);
    this.startTimer();
    this.suggest();
    this.go(0, { hasFocus: document.readyState === "complete" });  // not while the page loads
  }

  disconnectedCallback() {
    this.until.abort();
    clearInterval(this.tick);
  }

  // -- steps

  get current() { return this.steps.findIndex((step) => step.classList.contains("current")); }

  go(index, { hasFocus = true } = {}) {
    const step = this.steps[index];
    if (!step) return;
    for (const other of this.steps) other.classList.toggle("current", other === step);
    if (hasFocus) step.focus();
  }

  judge(number) {
    const step = this.steps[this.current];
    const radio = step?.querySelectorAll("input[type=radio]")[number - 1];
    if (!radio) return;
    radio.checked = true;
    this.changed(step, radio);
    this.go(this.current + 1);
  }

  changed(step, radio) {
    const outcome = radio.dataset.outcome;
    step.dataset.status = outcome;
    if (["failed", "blocked"].includes(outcome)) step.querySelector("details").open = true;
    this.suggest();
  }

  suggest() {
    const chosen = this.steps.map((step) => step.querySelector("input:checked")?.dataset.outcome ?? "");
    const verdict = derived(chosen);
    const radio = [...this.querySelectorAll(".verdict")].find((label) => label.dataset.status === verdict);
    const input = radio?.querySelector("input");
    if (input && !this.isDecided) input.checked = true;
    const picked = this.querySelector(".verdict :checked")?.closest(".verdict").dataset.status;
    const isOther = verdict && picked && picked !== verdict;
    this.querySelector("[data-suggestion]").textContent = !verdict ? "" :
      isOther ? `Overridden: the steps suggest ${WORDS[verdict]}.` : `The steps suggest ${WORDS[verdict]}.`;
  }

  // -- keys and clicks

  onKey(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.form.requestSubmit();
      return;
    }
    const isTyping = event.target.closest?.(TYPING);
    if (isTyping && event.key === "Escape" && this.contains(event.target)) {
      if (this.steps.length) this.go(Math.max(this.current, 0));
      else event.target.blur();
    }
    if (isTyping || isOff() || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], [popover]:popover-open")) return;
    const act = {
      ArrowDown: () => this.go(Math.min(this.current + 1, this.steps.length - 1)),
      ArrowUp: () => this.go(Math.max(this.current - 1, 0)),
      1: () => this.judge(1), 2: () => this.judge(2), 3: () => this.judge(3), 4: () => this.judge(4),
      n: () => document.querySelector('#test [data-shortcut="j"]')?.click(),
    }[event.key];
    if (!act || (event.key.startsWith("Arrow") && !this.steps.length)) return;
    event.preventDefault();
    act();
  }

  onClick(event) {
    const verdict = event.target.closest("label.verdict");
    if (verdict && event.target.tagName !== "INPUT") {
      event.preventDefault();
      this.decide(verdict);
    }
    if (event.target.closest("[data-comment]")) this.comment(event);
    if (event.target.closest("[data-timer]")) this.toggleTimer();
    const remove = event.target.closest("[data-remove]");
    if (remove) this.keep([...this.files.files].filter((_, index) => index !== Number(remove.dataset.remove)));
  }

  decide(verdict) {
    const input = verdict.querySelector("input");
    input.checked = true;
    this.isDecided = true;
    this.suggest();
    if (["passed", "skipped"].includes(verdict.dataset.status)) this.form.requestSubmit();
    else this.form.elements.comment.focus();
  }

  comment(event) {
    const details = this.steps[this.current]?.querySelector("details");
    if (!details || document.activeElement !== this.steps[this.current]) return;
    event.preventDefault();
    details.open = true;
    details.querySelector("textarea").focus();
  }

  onChange(event) {
    if (event.target === this.files) this.list();
    if (!event.target.matches("[type=radio]")) return;
    const step = event.target.closest("[data-step]");
    if (step) this.changed(step, event.target);
    else {
      this.isDecided = true;
      this.suggest();
    }
  }

  onFocus(event) {
    const index = this.steps.indexOf(event.target.closest("[data-step]"));
    if (index >= 0) this.go(index, { hasFocus: false });
  }

  // -- evidence

  onPaste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.keep([...this.files.files, ...files]);
  }

  onDrag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.querySelector(".verdict-bar").classList.toggle("over", event.type === "dragover");
  }

  onDrop(event) {
    this.onDrag(event);
    if (event.dataTransfer?.files.length) this.keep([...this.files.files, ...event.dataTransfer.files]);
  }

  keep(files) {
    const bag = new DataTransfer();
    for (const file of files) bag.items.add(file);
    this.files.files = bag.files;
    this.list();
  }

  list() {
    const entries = [...this.files.files].map((file, index) => {
      const entry = document.createElement("li");
      entry.className = "thumb";
      const name = document.createElement("span");
      name.textContent = file.name;
      const remove = document.createElement("button");
      remove.className = "btn quiet small";
      remove.type = "button";
      remove.dataset.remove = index;
      remove.ariaLabel = `Leave ${file.name} out`;
      remove.textContent = "×";
      entry.append(name, remove);
      return entry;
    });
    this.querySelector("[data-files]").replaceChildren(...entries);
  }

  // -- time

  startTimer() {
    this.seconds = 0;
    const button = this.querySelector("[data-timer]");
    button.hidden = false;
    this.tick = setInterval(() => {
      if (button.ariaPressed === "true") return;
      this.seconds += 1;
      const rest = String(this.seconds % 60).padStart(2, "0");
      this.form.elements.elapsed.value = `${Math.floor(this.seconds / 60)}:${rest}`;
    }, 1000);
  }

  toggleTimer() {
    const button = this.querySelector("[data-timer]");
    const isPaused = button.ariaPressed === "true";
    button.ariaPressed = String(!isPaused);
    button.ariaLabel = isPaused ? "Pause the timer" : "Start the timer";
  }

  pause() {
    this.querySelector("[data-timer]").ariaPressed = "true";
  }
});

// The list beside the test follows it, whoever swapped the test in.
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "test" && event.detail.elt?.id !== "test") return;
  const test = document.getElementById("test")?.dataset.test;
  document.querySelector("main.panes")?.classList.add("open");
  for (const link of document.querySelectorAll(".runlist a[aria-current]")) link.removeAttribute("aria-current");
  const link = document.querySelector(`#spot-${test} > a`);
  link?.setAttribute("aria-current", "true");
  link?.scrollIntoView({ block: "nearest" });
});

// data-tick-all="tests": one box ticks all of that name in its form.
document.addEventListener("change", (event) => {
  const { tickAll } = event.target.dataset;
  if (!tickAll) return;
  for (const box of event.target.form.querySelectorAll(`input[name="${tickAll}"]`)) {
    box.checked = event.target.checked;
  }
});

// <case-editor>: the steps of a case as a grid. Enter adds a step, Alt+↑ and Alt+↓ move it, Ctrl+D
// doubles it, Ctrl+Shift+Backspace deletes it; a list that is pasted becomes steps. What the
// buttons do without script (they ask the server) happens here at once.
const LIST = /^\s*(?:\d+[.)]|[-*•])\s/m;

customElements.define("case-editor", class extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector("[data-rows]");
    this.addEventListener("click", (event) => this.press(event));
    this.addEventListener("keydown", (event) => this.type(event));
    this.addEventListener("paste", (event) => this.paste(event));
    this.addEventListener("focusin", () => this.tidy());
    this.tidy();
  }

  get steps() {
    return [...this.rows.children];
  }

  // numbers and labels follow the order; an empty data field shows only while its step is edited
  tidy() {
    this.steps.forEach((step, index) => {
      const number = index + 1;
      step.querySelector(".step-no").textContent = number;
      for (const part of step.querySelectorAll("[aria-label]")) {
        part.ariaLabel = part.ariaLabel.replace(/step \d+/, `step ${number}`);
      }
      for (const button of step.querySelectorAll("button")) {
        button.value = button.value.replace(/\d+$/, number);
      }
      const data = step.querySelector("[data-optional]");
      data.parentElement.hidden = !data.value && !step.contains(document.activeElement);
    });
  }

  blank() {
    const step = this.steps[0].cloneNode(true);
    for (const field of step.querySelectorAll("input, textarea")) field.value = "";
    return step;
  }

  focusOn(step, name = "step_action") {
    step?.querySelector(`[name=${name}]`).focus();
    this.tidy();
  }

  add(after = this.rows.lastElementChild) {
    const step = this.blank();
    after.after(step);
    this.focusOn(step);
  }

  move(step, by) {
    const other = by < 0 ? step.previousElementSibling : step.nextElementSibling;
    if (!other) return;
    const name = document.activeElement.name || "step_action";
    if (by < 0) other.before(step);
    else other.after(step);
    this.focusOn(step, name);
  }

  double(step) {
    const copy = step.cloneNode(true);
    const fields = step.querySelectorAll("textarea");
    copy.querySelectorAll("textarea").forEach((field, index) => (field.value = fields[index].value));
    copy.querySelector("[name=step_id]").value = "";
    step.after(copy);
    this.focusOn(copy);
  }

  drop(step) {
    const next = step.nextElementSibling ?? step.previousElementSibling ?? this.blank();
    if (!next.isConnected) step.after(next);
    step.remove();
    this.focusOn(next);
  }

  press(event) {
    const button = event.target.closest("button[name=do]");
    if (!button) return;
    event.preventDefault();
    const [name] = button.value.split("-");
    const step = button.closest("[data-step]");
    if (name === "add") this.add();
    else if (name === "up") this.move(step, -1);
    else if (name === "drop") this.drop(step);
    else if (name === "paste") this.read(this.querySelector("[name=pasted]"));
  }

  type(event) {
    const step = event.target.closest("[data-step]");
    if (!step) return;
    const isControl = event.ctrlKey || event.metaKey;
    const isLast = event.target.name === "step_expected";
    if (event.altKey && event.key === "ArrowUp") this.move(step, -1);
    else if (event.altKey && event.key === "ArrowDown") this.move(step, 1);
    else if (isControl && event.key.toLowerCase() === "d") this.double(step);
    else if (isControl && event.shiftKey && event.key === "Backspace") this.drop(step);
    else if (event.key === "Enter" && isLast && !event.shiftKey && !isControl) this.add(step);
    else return;
    event.preventDefault();
  }

  async paste(event) {
    const text = event.clipboardData.getData("text/plain");
    const step = event.target.closest("[data-step]");
    const isMany = text.trim().includes("\n") && (LIST.test(text) || text.includes("\t"));
    if (!step || !isMany) return;
    event.preventDefault();
    await this.put(text, step);
  }

  async read(field) {
    if (!field.value.trim()) return;
    await this.put(field.value, this.rows.lastElementChild);
    field.value = "";
  }

  // the server knows how lists are read; here its rows are only put into place
  async put(text, after) {
    const body = new FormData();
    body.set("pasted", text);
    body.set("csrfmiddlewaretoken", this.closest("form").elements.csrfmiddlewaretoken.value);
    const answer = await fetch(this.dataset.paste, { method: "POST", body });
    if (!answer.ok) {
      const toast = { text: "The list could not be read.", tone: "bad" };
      return document.body.dispatchEvent(new CustomEvent("toast", { detail: toast }));
    }
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    const made = [...template.content.querySelectorAll("[data-step]")];
    const isBlank = [...after.querySelectorAll("textarea")].every((field) => !field.value);
    after.after(...made);
    if (isBlank && made.length) after.remove();
    this.focusOn(made.at(-1) ?? after);
  }
});

// Ctrl+Enter saves from anywhere in the form
document.addEventListener("keydown", (event) => {
  const form = event.target.closest("#case");
  if (form && (event.ctrlKey || event.metaKey) && event.key === "Enter") form.requestSubmit();
});

// <toast-list>: messages of the page, of the server's HX-Trigger {"toast": {text, tone}}, and of
// requests that failed. Good news leaves by itself, bad news stays.
const STAY = 6000;
const ICONS = { bad: "status-failed", warn: "alert" };

customElements.define("toast-list", class extends HTMLElement {
  connectedCallback() {
    document.body.addEventListener("toast", (event) => this.show(event.detail));
    document.body.addEventListener("htmx:sendError", () =>
      this.show({ tone: "bad", text: "The server did not answer. Nothing was saved." }));
    document.body.addEventListener("htmx:responseError", ({ detail }) => {
      if (detail.xhr.getResponseHeader("HX-Trigger")?.includes("toast")) return;
      this.show({ tone: "bad", text: `The server answered ${detail.xhr.status}. Nothing was saved.` });
    });
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
    });
    for (const toast of this.querySelectorAll(".toast")) this.leave(toast);
  }

  show({ text, tone = "good" }) {
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.dataset.tone = tone;
    toast.role = tone === "bad" ? "alert" : "status";
    const words = document.createElement("strong");
    words.textContent = text;
    const dismiss = document.createElement("button");
    dismiss.className = "btn quiet square small";
    dismiss.type = "button";
    dismiss.dataset.dismiss = "";
    dismiss.ariaLabel = "Dismiss";
    dismiss.append(this.icon("x"));
    const body = document.createElement("div");
    body.append(words);
    toast.append(this.icon(ICONS[tone] ?? "status-passed"), body, dismiss);
    this.append(toast);
    this.leave(toast);
  }

  leave(toast) {
    if (!["bad", "warn"].includes(toast.dataset.tone)) setTimeout(() => toast.remove(), STAY);
  }

  icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${this.dataset.icons}#${name}`);
    svg.append(use);
    return svg;
  }
});

// <search-palette>: arrow keys walk the suggestions that the server sent, Enter follows one.
customElements.define("search-palette", class extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    this.input.addEventListener("keydown", (event) => this.walk(event));
    this.list.addEventListener("htmx:afterSettle", () => this.choose(0));
    this.closest("dialog").addEventListener("toggle", (event) => {
      if (event.newState === "open") this.input.select();
    });
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")];
  }

  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = this.options.findIndex((option) => option.ariaSelected === "true");
    if (step) {
      event.preventDefault();
      this.choose((chosen + step + this.options.length) % this.options.length);
    } else if (event.key === "Enter" && this.options.length) {
      event.preventDefault();
      this.options[Math.max(chosen, 0)].click();
    }
  }

  choose(index) {
    this.options.forEach((option, at) => {
      option.ariaSelected = String(at === index);
      option.classList.toggle("on", at === index);
    });
    const chosen = this.options[index];
    if (!chosen) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }
});

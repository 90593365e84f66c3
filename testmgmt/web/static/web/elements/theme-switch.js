// <theme-switch> around the submit button of the theme form: shows the other theme at once and
// tells the server; without script the form posts and the server takes the next theme.
customElements.define("theme-switch", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.toggle(event));
  }

  toggle(event) {
    event.preventDefault();
    const root = document.documentElement;
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const shown = root.dataset.theme === "auto" ? system : root.dataset.theme;
    root.dataset.theme = shown === "dark" ? "light" : "dark";
    const form = this.closest("form");
    const body = new FormData(form);
    body.set("theme", root.dataset.theme);
    fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
  }
});

// <copy-text>: data-copy="<id of an input>" puts its text on the clipboard; without a clipboard
// (plain HTTP) it selects the text, ready for Ctrl+C.
customElements.define("copy-text", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-copy]");
      if (!button) return;
      const input = document.getElementById(button.dataset.copy);
      input.select();
      await navigator.clipboard?.writeText(input.value);
      if (navigator.clipboard) button.lastChild.textContent = "Copied";
    });
  }
});

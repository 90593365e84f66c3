// data-open="<id>" opens a dialog, data-close closes the one around it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    opener.closest("[popover]")?.hidePopover();
    document.getElementById(opener.dataset.open)?.showModal();
  }
  event.target.closest("[data-close]")?.closest("dialog")?.close();
});

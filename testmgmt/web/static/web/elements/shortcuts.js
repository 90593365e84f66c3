// data-shortcut="g c" or "n": the keys that click this element. Off while one types, and where the
// reader switched single keys off (data-shortcuts="off" on <html>); Ctrl+K always works.
const PAUSE = 1000;
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
let typed = [];
let last = 0;

function follow(keys) {
  const wanted = keys.join(" ");
  const found = [...document.querySelectorAll("[data-shortcut]")];
  const target = found.find((element) => element.dataset.shortcut === wanted);
  target?.click();
  return Boolean(target);
}

document.addEventListener("keydown", (event) => {
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    document.getElementById("palette")?.showModal();
    return;
  }
  const isOff = document.documentElement.dataset.shortcuts === "off";
  const isBusy = event.target.closest(TYPING) || document.querySelector("dialog[open]");
  if (isOff || isBusy || event.ctrlKey || event.metaKey || event.altKey || event.key.length > 1) return;
  typed = event.timeStamp - last > PAUSE ? [event.key] : [...typed.slice(-1), event.key];
  last = event.timeStamp;
  if (follow(typed) || (typed.length > 1 && follow(typed.slice(-1)))) {
    event.preventDefault();
    typed = [];
  }
});

// Dialogs that buttons open and close, the one that shows a new key once, and menus.

import { leave } from "./actions.js";

export function useDialogs() {
  document.addEventListener("click", ({ target }) => {
    const opens = target.closest("[data-opens]");
    if (opens) document.getElementById(opens.dataset.opens).showModal();
    const closes = target.closest("[data-closes]");
    if (closes) document.getElementById(closes.dataset.closes).close();
  });
  // Events of this kind do not bubble.
  document.addEventListener("toggle", ({ target }) => target.open && target.querySelector(":scope > form [type=search]")?.focus(), true);
  for (const dialog of document.querySelectorAll("dialog[data-stays]")) {
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    // Chromium closes at a second Escape, whatever the first one did.
    dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.preventDefault());
    dialog.querySelector("[data-finish]").addEventListener("click", () => leave(location.href));
  }
  document.addEventListener("done", (event) => {
    if (!event.target.matches("[data-makes-key]")) return;
    event.preventDefault();
    showOnce(event.detail);
  });
}

// Closes an open menu, and goes back to what opened it.
export function closeMenu() {
  const menu = document.querySelector("details:is(.switcher, .menu)[open]");
  if (!menu) return false;
  menu.open = false;
  menu.querySelector("summary").focus();
  return true;
}

// Shows a key that no other response contains.
function showOnce({ key, replaces }) {
  for (const open of document.querySelectorAll("dialog[open]")) open.close();
  const dialog = document.getElementById("shown-once");
  fill(dialog.querySelector("[data-new-key]"), key);
  const env = `OPENPROSPECT_API_URL="${dialog.dataset.api}"\nOPENPROSPECT_API_KEY="${key}"`;
  fill(dialog.querySelector("[data-new-env]"), env);
  dialog.querySelector("[data-replaced]").hidden = !replaces;
  dialog.showModal();
}

function fill(code, text) {
  code.textContent = text;
  code.closest(".command").querySelector("[data-copy]").dataset.copy = text;
}

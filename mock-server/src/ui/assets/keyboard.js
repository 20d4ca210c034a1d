// Keyboard shortcuts. None works while a field has the focus.

import { closeMenu } from "./dialogs.js";
import { leavePart } from "./refresh.js";
import { moveSelection, openSelected, closeDetail } from "./requests.js";

export function listenToKeys() {
  let goes = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isField = event.target.closest("input, textarea, select, dialog[open]");
    if (isField) {
      if (event.key === "Escape" && !event.target.closest("dialog") && !closeMenu()) event.target.blur();
      return;
    }
    if (goes) {
      goes = false;
      if (goTo(event.key)) event.preventDefault();
      return;
    }
    goes = event.key === "g";
    const action = ACTIONS[event.key];
    if (action && action(event) !== false) event.preventDefault();
  });
}

const ACTIONS = {
  "/": () => focus("#filter, main input[type=search]"),
  "?": () => document.getElementById("help")?.showModal(),
  j: () => moveSelection(1),
  k: () => moveSelection(-1),
  // Enter on a control is that control's.
  Enter: (event) => (event.target.closest("a, button, summary") ? false : openSelected()),
  Escape: () => closeMenu() || leavePart() || closeDetail(),
  c: () => click("[data-snippet=curl]"),
  r: () => click('[data-path^="/_mock/replay/"]'),
};

function focus(selector) {
  const field = document.querySelector(selector);
  field?.focus();
  field?.select();
  return field !== null;
}

function click(selector) {
  const button = document.querySelector(selector);
  button?.click();
  return button !== null;
}

// Opens the page of the rail that has this letter.
function goTo(letter) {
  const link = document.querySelector(`.rail a[aria-keyshortcuts="g ${CSS.escape(letter)}"]`);
  link?.click();
  return link !== null;
}

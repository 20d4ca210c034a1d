// The script of every page: what it adds to pages that can be read without it.

import { sendControlRequests } from "./actions.js";
import { useDialogs } from "./dialogs.js";
import { findInDetails } from "./find.js";
import { listenToKeys } from "./keyboard.js";
import { refreshParts } from "./refresh.js";
import { followRequests } from "./requests.js";
import { editScenario } from "./scenarios.js";
import { keepTimes } from "./times.js";

// When buttons get their labels back.
const timers = new WeakMap();

copyOnClick();
narrowLists();
dismissBanner();
openHelp();
sendControlRequests();
useDialogs();
keepTimes();
followRequests();
refreshParts();
editScenario();
findInDetails();
listenToKeys();

// Buttons with `data-copy` copy that text, and say so.
function copyOnClick() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say(button, "Copied");
    } catch {
      // Browsers refuse where a page is not secure.
      getSelection().selectAllChildren(textBeside(button));
      say(button, "Copy the selected text");
    }
  });
}

// Shows another label for a moment.
function say(button, text) {
  button.dataset.label ??= button.textContent;
  button.textContent = text;
  clearTimeout(timers.get(button));
  timers.set(button, setTimeout(() => (button.textContent = button.dataset.label), 1500));
}

// The text of a button where the page shows it, or shows it now.
function textBeside(button) {
  const shown = button.parentElement.querySelector(":scope > code, :scope > pre");
  if (shown) return shown;
  let text = button.parentElement.nextElementSibling;
  if (!text?.matches("[data-beside]")) {
    text = document.createElement("pre");
    text.dataset.beside = "";
    button.parentElement.after(text);
  }
  text.textContent = button.dataset.copy;
  return text;
}

// A field with `data-narrows` hides the items of that list that lack one of its words. Where its form loads this page, the
// URL has its value, too.
function narrowLists() {
  for (const field of document.querySelectorAll("[data-narrows]")) {
    field.addEventListener("input", () => {
      narrow(field.dataset.narrows, field.value.toLowerCase().split(/\s+/));
      if (field.form?.getAttribute("action") !== location.pathname) return;
      const query = field.value.trim() === "" ? "" : `?${new URLSearchParams({ [field.name]: field.value })}`;
      history.replaceState({}, "", location.pathname + query);
    });
  }
}

function narrow(list, words) {
  const items = [...document.getElementById(list).children];
  const text = (item) => item.dataset.text ?? item.textContent.toLowerCase();
  for (const item of items) item.hidden = !words.every((word) => text(item).includes(word));
  const none = document.querySelector(`[data-none=${list}]`);
  if (none) none.hidden = items.some((item) => !item.hidden);
  const count = document.querySelector(`[data-count=${list}]`);
  if (count) count.textContent = count.textContent.replace(/^\d+/, items.filter((item) => !item.hidden).length);
}

// A banner appears when a live key is sent. Once dismissed, it comes back when another one is.
function dismissBanner() {
  const banner = document.querySelector("[data-dismissed-by]");
  if (!banner) return;
  const show = (count) => {
    banner.dataset.dismissedBy = count;
    banner.hidden = count === "0" || sessionStorage.getItem("dismissed") === count;
  };
  show(banner.dataset.dismissedBy);
  document.addEventListener("received", ({ detail }) => {
    const [, count] = /data-live-keys="(\d+)"/.exec(detail) ?? [];
    if (count !== undefined) show(count);
  });
  banner.querySelector("[data-dismiss]").addEventListener("click", () => {
    sessionStorage.setItem("dismissed", banner.dataset.dismissedBy);
    banner.hidden = true;
  });
}

function openHelp() {
  const button = document.querySelector("[data-help]");
  button?.addEventListener("click", () => document.getElementById("help").showModal());
}

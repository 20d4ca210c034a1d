// The script of every page: what it adds to pages that can be read without it.

import { sendControlRequests } from "./actions.js";
import { useDialogs } from "./dialogs.js";
import { findInDetails } from "./find.js";
import { listenToKeys } from "./keyboard.js";
import { refreshParts } from "./refresh.js";
import { followRequests } from "./requests.js";
import { editScenario } from "./scenarios.js";
import { keepTimes } from "./times.js";

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
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Select and copy it";
    }
    setTimeout(() => (button.textContent = label), 1500);
  });
}

// A field with `data-narrows` hides the items of that list that lack one of its words. Where the field has a name, the URL
// has its value, too.
function narrowLists() {
  for (const field of document.querySelectorAll("[data-narrows]")) {
    field.addEventListener("input", () => {
      narrow(field.dataset.narrows, field.value.toLowerCase().split(/\s+/));
      if (!field.name) return;
      const query = field.value.trim() === "" ? "" : `?${new URLSearchParams({ [field.name]: field.value })}`;
      history.replaceState({}, "", location.pathname + query);
    });
  }
}

function narrow(list, words) {
  const items = [...document.getElementById(list).children];
  const text = (item) => item.dataset.text ?? item.textContent.toLowerCase();
  for (const item of items) item.hidden = !words.every((word) => text(item).includes(word));
  const count = document.querySelector(`[data-count=${list}]`);
  if (count) count.textContent = count.textContent.replace(/^\d+/, items.filter((item) => !item.hidden).length);
}

// A dismissed banner comes back when another live key is sent.
function dismissBanner() {
  const banner = document.querySelector("[data-dismissed-by]");
  if (!banner) return;
  const count = banner.dataset.dismissedBy;
  banner.hidden = sessionStorage.getItem("dismissed") === count;
  banner.querySelector("[data-dismiss]").addEventListener("click", () => {
    sessionStorage.setItem("dismissed", count);
    banner.hidden = true;
  });
}

function openHelp() {
  const button = document.querySelector("[data-help]");
  button?.addEventListener("click", () => document.getElementById("help").showModal());
}

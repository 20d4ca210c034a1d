// The script of every page: what it adds to pages that can be read without it.

import { sendControlRequests } from "./actions.js";
import { useDialogs } from "./dialogs.js";
import { listenToKeys } from "./keyboard.js";
import { followRequests } from "./requests.js";
import { keepTimes } from "./times.js";

copyOnClick();
narrowLists();
dismissBanner();
openHelp();
sendControlRequests();
useDialogs();
keepTimes();
followRequests();
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

// A field with `data-narrows` hides the items of that list that lack its text.
function narrowLists() {
  for (const field of document.querySelectorAll("[data-narrows]")) {
    const items = document.getElementById(field.dataset.narrows).children;
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase();
      for (const item of items) item.hidden = !item.textContent.toLowerCase().includes(wanted);
    });
  }
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

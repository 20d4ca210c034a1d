// Keeps parts of a page up to date: an element with `data-refresh` gets what that path returns, once a second, while the page
// is visible.

export function refreshParts() {
  for (const part of document.querySelectorAll("[data-refresh]")) {
    let shown = still(part.innerHTML);
    setInterval(async () => (shown = await refresh(part, shown)), 1000);
  }
}

async function refresh(part, shown) {
  if (isSignedOut || document.hidden || isInUse(part)) return shown;
  try {
    const response = await fetch(part.dataset.refresh);
    // The page shows something that is no longer there.
    if (response.status === 205) location.reload();
    // To the sign-in page.
    if (response.redirected) {
      showSignedOut();
      return shown;
    }
    const text = await response.text();
    if (response.status === 404) showStopped(part, text);
    if (response.status !== 200) return shown;
    showStopped(part);
    part.dispatchEvent(new CustomEvent("received", { bubbles: true, detail: text }));
    // It may be in use since the request was sent.
    if (still(text) === shown || isInUse(part)) return shown;
    part.innerHTML = text;
    part.dispatchEvent(new Event("refreshed", { bubbles: true }));
    return still(text);
  } catch {
    // The server does not answer. It may do so again.
    return shown;
  }
}

let isSignedOut = false;

function showSignedOut() {
  isSignedOut = true;
  document.querySelector("[data-signed-out]").hidden = false;
}

// What is not kept up to date, and why.
const stopped = new Map();

// Shows why the server does not keep something up to date: `page` is how it says so, or undefined once it does.
export function showStopped(what, page) {
  const reason = page && new DOMParser().parseFromString(page, "text/html").querySelector("[role=alert]")?.textContent;
  if (reason) stopped.set(what, reason);
  else if (!stopped.delete(what)) return;
  const reasons = [...new Set(stopped.values())].join(" ");
  const text = reasons && `${reasons} This page is not kept up to date.`;
  let problem = document.querySelector("[data-stopped]");
  if (!problem) {
    problem = document.createElement("p");
    problem.className = "problem";
    problem.dataset.stopped = "";
    problem.setAttribute("role", "alert");
    document.querySelector("main").prepend(problem);
  }
  problem.hidden = text === "";
  if (problem.textContent !== text) problem.textContent = text;
}

// A part does not change while it is used.
function isInUse(part) {
  const selection = getSelection();
  const isSelected = !selection.isCollapsed && part.contains(selection.anchorNode);
  const hasFocus = part.contains(document.activeElement);
  return isSelected || hasFocus || part.querySelector("details[open], :is(a, button, summary):hover");
}

// A part as browsers write it, without relative times and the clock, which the page itself keeps up to date.
function still(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.innerHTML.replace(/(<time[^>]*data-relative[^>]*>)[^<]*/g, "$1").replace(/<time[^>]*data-clock[^>]*>[^<]*/g, "");
}

// Keeps parts of a page up to date: an element with `data-refresh` gets what that path returns, once a second, while the page
// is visible.

export function refreshParts() {
  for (const part of document.querySelectorAll("[data-refresh]")) {
    let shown = still(part.innerHTML);
    setInterval(async () => (shown = await refresh(part, shown)), 1000);
  }
}

async function refresh(part, shown) {
  if (isSignedOut || document.hidden) return shown;
  try {
    const response = await fetch(part.dataset.refresh);
    showServer(true);
    // The page shows something that is no longer there.
    if (response.status === 205) {
      if (isInUse(part)) showWaiting(part, true);
      else location.reload();
    }
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
    const isNew = still(text) !== shown;
    // It may be in use since the request was sent.
    const isKept = isNew && (isInUse(part) || !replace(part, text));
    showWaiting(part, isKept);
    if (!isNew || isKept) return shown;
    part.dispatchEvent(new Event("refreshed", { bubbles: true }));
    return still(text);
  } catch {
    // The server does not answer. It may do so again.
    showServer(false);
    return shown;
  }
}

// Says that the server does not answer. The list of requests says so itself.
function showServer(answers) {
  const chip = document.querySelector("[data-live]");
  if (!chip || document.querySelector("[data-follow]")) return;
  chip.hidden = answers;
  chip.querySelector("span").textContent = "reconnecting";
  chip.title = "The server does not answer. This page is not kept up to date until it does.";
}

// The parts that are used for longer than a moment, and since when they wait.
const waiting = new Map();
const A_MOMENT = 3000;

// Says that a part has something new, which it does not show while it is used.
function showWaiting(part, isWaiting) {
  if (!isWaiting) waiting.delete(part);
  else if (!waiting.has(part)) waiting.set(part, performance.now());
  const isLong = [...waiting.values()].some((since) => performance.now() - since > A_MOMENT);
  let note = document.querySelector("[data-waiting]");
  if (!isLong && !note) return;
  if (!note) {
    note = document.createElement("p");
    note.className = "notice";
    note.dataset.waiting = "";
    document.getElementById("notices").append(note);
    note.textContent = "There is something new. It is shown once you have left what you use: close it, or press Esc.";
  }
  note.hidden = !isLong;
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

// Replaces what a part contains. What has the focus keeps it, if it is there again; else nothing changes.
function replace(part, text) {
  const focused = part.contains(document.activeElement) && document.activeElement;
  if (!focused) {
    part.innerHTML = text;
    return true;
  }
  const template = document.createElement("template");
  template.innerHTML = text;
  const same = pathTo(focused, part).reduce((node, index) => node?.children[index], template.content);
  if (!same || still(same.outerHTML) !== still(focused.outerHTML)) return false;
  part.replaceChildren(...template.content.childNodes);
  same.focus({ preventScroll: true });
  return true;
}

// Which child of which child of a part an element is.
function pathTo(element, part) {
  if (element === part) return [];
  const { parentElement } = element;
  return [...pathTo(parentElement, part), [...parentElement.children].indexOf(element)];
}

// Leaves the part that is used, so that it is kept up to date again.
export function leavePart() {
  const part = document.activeElement.closest("[data-refresh]");
  if (!part) return false;
  for (const open of part.querySelectorAll("details[open]")) open.open = false;
  document.activeElement.blur();
  return true;
}

// A part does not change while it is used.
function isInUse(part) {
  const selection = getSelection();
  const isSelected = !selection.isCollapsed && part.contains(selection.anchorNode);
  const isEdited = part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
  return isSelected || isEdited || part.querySelector("details[open], :is(a, button, summary):hover");
}

// A part as browsers write it, without relative times and the clock, which the page itself keeps up to date.
function still(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.innerHTML.replace(/(<time[^>]*data-relative[^>]*>)[^<]*/g, "$1").replace(/<time[^>]*data-clock[^>]*>[^<]*/g, "");
}

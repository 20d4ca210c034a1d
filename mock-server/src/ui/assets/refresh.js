// Keeps parts of a page up to date: an element with `data-refresh` gets what that path returns, once a second, while the page
// is visible.

export function refreshParts() {
  for (const part of document.querySelectorAll("[data-refresh]")) {
    let shown;
    setInterval(async () => (shown = await refresh(part, shown)), 1000);
  }
}

async function refresh(part, shown) {
  if (document.hidden || isInUse(part)) return shown;
  try {
    const response = await fetch(part.dataset.refresh);
    // The page shows something that is no longer there.
    if (response.status === 205) location.reload();
    if (response.status !== 200 || response.redirected) return shown;
    const text = await response.text();
    if (still(text) !== shown) part.innerHTML = text;
    return still(text);
  } catch {
    // The server does not answer. It may do so again.
    return shown;
  }
}

// Nothing changes under the hands of a person.
function isInUse(part) {
  const selection = getSelection();
  const isSelected = !selection.isCollapsed && part.contains(selection.anchorNode);
  const hasFocus = part.contains(document.activeElement);
  return isSelected || hasFocus || part.querySelector("details[open], :is(a, button, summary):hover");
}

// A part without its relative times, which the page itself keeps up to date.
function still(html) {
  return html.replace(/(<time[^>]*data-relative[^>]*>)[^<]*/g, "$1");
}

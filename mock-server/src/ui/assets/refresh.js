// Keeps parts of a page up to date: an element with `data-refresh` gets what that path returns, once a second, while the page
// is visible.

export function refreshParts() {
  for (const part of document.querySelectorAll("[data-refresh]")) {
    let shown;
    setInterval(async () => (shown = await refresh(part, shown)), 1000);
  }
}

async function refresh(part, shown) {
  // Nothing changes under the hands of a person.
  const isInUse = part.contains(document.activeElement) || part.querySelector(":is(a, button, summary):hover");
  if (document.hidden || isInUse) return shown;
  try {
    const response = await fetch(part.dataset.refresh);
    // The page shows something that is no longer there.
    if (response.status === 205) location.reload();
    if (response.status !== 200 || response.redirected) return shown;
    const text = await response.text();
    if (text !== shown) part.innerHTML = text;
    return text;
  } catch {
    // The server does not answer. It may do so again.
    return shown;
  }
}

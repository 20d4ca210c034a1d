// Keeps relative times and the clock of the organization up to date, at the organization's pace.

const page = document.body.dataset;
const begin = { page: Date.parse(page.now), machine: performance.now() };

// The organization's time, in milliseconds.
export function now() {
  return begin.page + (performance.now() - begin.machine) * Number(page.pace);
}

export function keepTimes() {
  if (!page.now) return;
  update();
  setInterval(update, 1000);
}

function update() {
  for (const time of shownTimes()) {
    const text = relative(Date.parse(time.dateTime) - now());
    if (time.textContent !== text) time.textContent = text;
  }
  const clock = new Date(now()).toISOString().slice(0, 19).replace("T", " ") + "Z";
  for (const shown of document.querySelectorAll("[data-clock]")) shown.textContent = clock;
}

// All but those in parts of tables that are out of view, which browsers do not lay out.
function* shownTimes() {
  yield* document.querySelectorAll("time[data-relative]:not(tbody *)");
  for (const part of document.querySelectorAll("tbody")) {
    const isShown = part.checkVisibility?.({ contentVisibilityAuto: true }) ?? true;
    if (isShown) yield* part.querySelectorAll("time[data-relative]");
  }
}

// The server has the same function.
function relative(distance) {
  if (Math.abs(distance) < 1000) return "now";
  const seconds = Math.floor(Math.abs(distance) / 1000);
  const units = [[86400, "d", 172800], [3600, "h", 3600], [60, "min", 60], [1, "s", 0]];
  const [size, unit] = units.find(([, , least]) => seconds >= least);
  const length = `${Math.floor(seconds / size)} ${unit}`;
  return distance < 0 ? `${length} ago` : `in ${length}`;
}

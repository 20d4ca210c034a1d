// Keeps relative times and the clock of the organization up to date, at the organization's pace.

// The last time that the server has sent, and when it arrived.
let known;

// The organization's time, in milliseconds.
export function now() {
  return known.at + (performance.now() - known.since) * known.pace;
}

// The time of the server's machine, in milliseconds.
function machineNow() {
  return known.machine + performance.now() - known.since;
}

export function keepTimes() {
  if (!read(document)) return;
  // Another program may have changed the clock, and while the computer sleeps, no time passes for the page.
  document.addEventListener("received", ({ detail }) => readText(detail));
  document.addEventListener("refreshed", update);
  update();
  setInterval(update, 1000);
}

function readText(html) {
  if (!html.includes("data-pace")) return;
  const template = document.createElement("template");
  template.innerHTML = html;
  read(template.content);
}

function read(part) {
  const clock = part.querySelector("[data-pace]");
  if (!clock) return false;
  const { pace, machine } = clock.dataset;
  known = { at: Date.parse(clock.dateTime), pace: Number(pace), machine: Date.parse(machine), since: performance.now() };
  return true;
}

function update() {
  for (const time of shownTimes()) {
    const text = relative(Date.parse(time.dateTime) - (time.dataset.relative === "machine" ? machineNow() : now()));
    if (time.textContent !== text) time.textContent = text;
  }
  const exact = new Date(now()).toISOString().slice(0, 19) + "Z";
  for (const shown of document.querySelectorAll("[data-clock]")) {
    shown.textContent = exact.replace("T", " ");
    shown.dateTime = shown.title = exact;
  }
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

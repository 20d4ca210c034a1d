// The list of requests: new rows arrive by server-sent events, and details open beside the list.

import { notify } from "./actions.js";

const table = document.querySelector("table.requests[data-follow]");
const body = table?.tBodies[0];
// Rows that wait until the person who reads lets them in.
let waiting = { rows: [], count: 0 };
let source;

export function followRequests() {
  if (!table) return;
  const params = new URLSearchParams(location.search);
  const isFirstPage = !params.has("before");
  if (isFirstPage) connect(params.get("q") ?? "");
  document.querySelector("[data-news] button").addEventListener("click", showWaiting);
  table.addEventListener("click", openOnClick);
  table.addEventListener("mouseleave", () => isAtRest() && showWaiting());
  addEventListener("scroll", () => isAtRest() && showWaiting(), { passive: true });
  addEventListener("popstate", () => location.reload());
  document.getElementById("detail").addEventListener("click", backOnClick);
  document.addEventListener("done", showReplayed);
}

// ---- new rows

function connect(filter) {
  const chip = document.querySelector("[data-live]");
  chip.hidden = false;
  chip.addEventListener("click", () => (source ? pause(chip) : follow(chip, filter)));
  follow(chip, filter);
}

function follow(chip, filter) {
  const query = new URLSearchParams({ after: table.dataset.last });
  if (filter) query.set("q", filter);
  source = new EventSource(`${table.dataset.follow}?${query}`);
  source.addEventListener("open", () => showState(chip, "live"));
  source.addEventListener("error", () => showState(chip, "reconnecting"));
  source.addEventListener("rows", (event) => receive(event));
}

function pause(chip) {
  source.close();
  source = undefined;
  showState(chip, "paused");
}

function showState(chip, state) {
  chip.querySelector("span").textContent = state;
  chip.title = state === "paused" ? "Follow new requests" : "Pause";
}

function receive(event) {
  const batch = JSON.parse(event.data);
  table.dataset.last = event.lastEventId;
  sample(batch);
  const template = document.createElement("template");
  template.innerHTML = batch.rows;
  waiting.rows.unshift(...template.content.children);
  waiting.rows.length = Math.min(waiting.rows.length, MAX_ROWS);
  waiting.count += batch.count;
  if (isAtRest()) showWaiting();
  else showPill();
}

const MAX_ROWS = 1000;

// Whether nobody reads the list: the pointer is elsewhere, and the top is in view.
function isAtRest() {
  return scrollY < 64 && !table.matches(":hover") && !table.contains(document.activeElement);
}

function showWaiting() {
  if (waiting.count === 0) return;
  document.querySelector("[data-empty]")?.remove();
  table.hidden = false;
  body.prepend(...waiting.rows);
  while (body.rows.length > MAX_ROWS) body.lastElementChild.remove();
  const total = document.querySelector("[data-total]");
  total.dataset.total = Number(total.dataset.total) + waiting.count;
  total.textContent = counted(total.dataset.total, "request");
  waiting = { rows: [], count: 0 };
  showPill();
}

function showPill() {
  const news = document.querySelector("[data-news]");
  news.hidden = waiting.count === 0;
  news.firstElementChild.textContent = `${waiting.count} new`;
}

// Says how much of a burst the list shows.
function sample(batch) {
  const line = document.querySelector("[data-sampled]");
  const left = batch.count - batch.shown;
  if (left > 0 || batch.missed > 0) {
    const seen = Number(line.dataset.count ?? 0) + batch.count + batch.missed;
    const shown = Number(line.dataset.shown ?? 0) + batch.shown;
    Object.assign(line.dataset, { count: seen, shown });
    line.hidden = false;
    line.textContent = `More than 50 requests a second: the list shows ${shown} of ${seen}. Load the page again to see the latest.`;
  }
}

function counted(count, noun) {
  return `${count} ${noun}${Number(count) === 1 ? "" : "s"}`;
}

// ---- details

function openOnClick(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || getSelection().toString()) return;
  const row = event.target.closest("tbody tr");
  if (!row) return;
  event.preventDefault();
  open(row);
}

async function open(row) {
  const { href } = row.querySelector("a");
  select(row);
  try {
    const response = await fetch(href);
    if (!response.ok || response.redirected) return location.assign(href);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    document.getElementById("detail").replaceChildren(...page.getElementById("detail").childNodes);
    document.querySelector(".panes").classList.add("open");
    if (location.href !== href) history.pushState({}, "", href);
    if (!matchMedia("(min-width: 1000px)").matches) scrollTo(0, 0);
  } catch (error) {
    notify(`The request cannot be shown: ${error.message}. Is the server still running?`, true);
  }
}

function select(row) {
  body.querySelector("[aria-current]")?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
}

export function moveSelection(by) {
  if (!table) return false;
  const selected = body.querySelector("[aria-current]");
  const row = selected ? (by > 0 ? selected.nextElementSibling : selected.previousElementSibling) : body.firstElementChild;
  if (!row) return;
  select(row);
  if (document.querySelector(".panes.open")) open(row);
}

export function openSelected() {
  const row = body?.querySelector("[aria-current]");
  if (!row) return false;
  open(row);
}

// Opens the new request after one was sent again.
function showReplayed(event) {
  if (!event.detail.replays) return;
  event.preventDefault();
  location.assign(`${document.body.dataset.place}requests/${event.detail.id}`);
}

function backOnClick(event) {
  if (!event.target.closest("[data-back]")) return;
  event.preventDefault();
  closeDetail();
}

export function closeDetail() {
  const panes = document.querySelector(".panes.open");
  if (!panes) return false;
  panes.classList.remove("open");
  document.getElementById("detail").replaceChildren();
  const list = new URL(table.dataset.follow.replace(/\/live$/, ""), location.href);
  list.search = location.search;
  history.pushState({}, "", list);
}

// The list of requests: new rows arrive by server-sent events, and details open beside the list.

import { notify } from "./actions.js";

const table = document.querySelector("table.requests[data-follow]");
const list = table?.closest(".list");
// Rows that wait until the person who reads lets them in.
let waiting = { rows: [], count: 0, kept: 0 };
let source;

export function followRequests() {
  if (!table) return;
  const params = new URLSearchParams(location.search);
  const isFirstPage = !params.has("before");
  if (isFirstPage) connect(params.get("q") ?? "");
  loadOlder(document.querySelector("a.older"));
  document.querySelector("[data-news] button").addEventListener("click", showWaiting);
  table.addEventListener("click", openOnClick);
  list.addEventListener("mouseleave", () => isAtRest() && showWaiting());
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
  waiting.kept = batch.kept;
  if (isAtRest()) showWaiting();
  else showPill();
}

const MAX_ROWS = 10_000;
// Rows of a part of the table, as many as a page of the server has.
const PART = 50;

// Whether nobody reads the list: the pointer is elsewhere, and the top is in view.
function isAtRest() {
  return scrollY < 64 && !list.matches(":hover") && !table.contains(document.activeElement);
}

function showWaiting() {
  if (waiting.count === 0) return;
  document.querySelector("[data-empty]")?.remove();
  table.hidden = false;
  add(waiting.rows);
  const total = document.querySelector("[data-total]");
  total.dataset.total = Number(total.dataset.total) + waiting.count;
  total.textContent = counted(total.dataset.total, "request");
  // Where the list is filtered, it says of how many.
  const kept = document.querySelector("[data-kept]");
  if (kept) kept.textContent = waiting.kept.toLocaleString("en");
  waiting = { rows: [], count: 0, kept: 0 };
  showPill();
}

// Puts rows on top, in parts of which browsers lay out only those in view.
function add(rows) {
  let first = table.tBodies[0];
  if (first.rows.length >= PART) {
    first = document.createElement("tbody");
    table.tBodies[0].before(first);
  }
  first.prepend(...rows);
  while (count() > MAX_ROWS) [...table.tBodies].at(-1).remove();
}

// The number of rows, without the head.
function count() {
  return table.rows.length - 1;
}

function showPill() {
  const news = document.querySelector("[data-news]");
  news.hidden = waiting.count === 0;
  news.firstElementChild.textContent = `${waiting.count.toLocaleString("en")} new`;
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
    line.textContent = `More than 50 requests a second: the list shows ${shown} of ${seen.toLocaleString("en")}. Load the page again to see the latest.`;
  }
}

function counted(count, noun) {
  return `${Number(count).toLocaleString("en")} ${noun}${Number(count) === 1 ? "" : "s"}`;
}

// ---- older rows

// Loads the next page of the list when its end comes into view.
function loadOlder(link) {
  if (!link) return;
  const observer = new IntersectionObserver(async ([end]) => {
    if (!end.isIntersecting || count() >= MAX_ROWS) return;
    observer.disconnect();
    try {
      const page = parsed(await (await fetch(link.href)).text());
      table.append(page.querySelector("table.requests tbody"));
      const next = page.querySelector("a.older");
      if (!next) return link.parentElement.remove();
      link.href = next.getAttribute("href");
      loadOlder(link);
    } catch (error) {
      notify(`Older requests cannot be shown: ${error.message}. Is the server still running?`, true);
    }
  }, { rootMargin: "600px" });
  observer.observe(link);
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
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
    const page = parsed(await response.text());
    document.getElementById("detail").replaceChildren(...page.getElementById("detail").childNodes);
    document.querySelector(".panes").classList.add("open");
    if (location.href !== href) history.pushState({}, "", href);
    if (!matchMedia("(min-width: 1000px)").matches) scrollTo(0, 0);
  } catch (error) {
    notify(`The request cannot be shown: ${error.message}. Is the server still running?`, true);
  }
}

function select(row) {
  selected()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
}

function selected() {
  return table.querySelector("tbody [aria-current]");
}

export function moveSelection(by) {
  if (!table) return false;
  const row = table.rows[selected() ? selected().rowIndex + by : 1];
  if (!row?.dataset.id) return;
  select(row);
  if (document.querySelector(".panes.open")) open(row);
}

export function openSelected() {
  const row = table && selected();
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
  const page = new URL(table.dataset.follow.replace(/\/live$/, ""), location.href);
  page.search = location.search;
  history.pushState({}, "", page);
}

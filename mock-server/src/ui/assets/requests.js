// The list of requests: new rows arrive by server-sent events, and details open beside the list.

import { leave, notify } from "./actions.js";
import { showStopped } from "./refresh.js";

const list = document.querySelector(".panes .list");
let table = list?.querySelector("table.requests[data-follow]");
// Rows that wait until the user shows them.
let waiting = { rows: [], count: 0 };
// The sequence number of the oldest request that the journal keeps.
let oldest = 0;
let source;
// Whether the person who reads has paused the list, whether the server refuses to go on, and whether it does so because the
// organization is gone.
let isPaused = false;
let isRefused = false;
let isGone = false;
// The path and query of what is shown.
let shown = location.pathname + location.search;

export function followRequests() {
  if (!table) return;
  const isFirstPage = !new URLSearchParams(location.search).has("before");
  if (isFirstPage) connect();
  loadOlder(document.querySelector("a.older"));
  list.addEventListener("click", showOnClick);
  list.addEventListener("mouseleave", () => isAtRest() && showWaiting());
  addEventListener("scroll", () => isAtRest() && showWaiting(), { passive: true });
  // Browsers also send this event for links within the page.
  addEventListener("popstate", () => location.pathname + location.search !== shown && location.reload());
  document.getElementById("detail").addEventListener("click", backOnClick);
  document.addEventListener("done", showReplayed);
}

function showOnClick(event) {
  if (event.target.closest("[data-news] button")) showWaiting();
  else openOnClick(event);
}

// ---- new rows

// A browser has six connections to a server, for all its tabs, so one that nobody sees follows nothing.
function connect() {
  const chip = document.querySelector("[data-live]");
  chip.hidden = false;
  chip.addEventListener("click", () => {
    isPaused = source !== undefined;
    isRefused = false;
    follow(chip);
  });
  document.addEventListener("visibilitychange", () => follow(chip));
  // An organization that was removed may be there again.
  document.addEventListener("received", () => {
    if (!isGone) return;
    isGone = isRefused = false;
    follow(chip);
  });
  follow(chip);
}

// Begins or ends to follow, as it should be now.
function follow(chip) {
  const isWanted = !isPaused && !isRefused && !document.hidden;
  if (isWanted === (source !== undefined)) return;
  if (isWanted) return open(chip);
  source.close();
  source = undefined;
  if (isPaused) showState(chip, "paused");
}

function open(chip) {
  const query = new URLSearchParams({ after: table.dataset.last });
  const filter = new URLSearchParams(location.search).get("q");
  if (filter) query.set("q", filter);
  const url = `${table.dataset.follow}?${query}`;
  const opened = new EventSource(url);
  source = opened;
  source.addEventListener("open", () => {
    showState(chip, "live");
    showStopped(list);
  });
  source.addEventListener("error", () => (opened.readyState === EventSource.CLOSED ? stop(chip, url) : showState(chip, "reconnecting")));
  source.addEventListener("rows", (event) => receive(event));
  source.addEventListener("anew", () => startOver(chip));
}

// The server refuses to go on: the user is signed out, the organization is gone, or too many pages follow.
async function stop(chip, url) {
  source = undefined;
  isRefused = true;
  showState(chip, "stopped");
  // An event source does not know the response.
  const unread = new AbortController();
  try {
    const response = await fetch(url, { signal: unread.signal });
    if (source) return;
    isGone = response.ok || response.status === 404;
    if ([404, 409].includes(response.status)) showStopped(list, await response.text());
  } catch {
    // The server does not answer.
  } finally {
    unread.abort();
  }
}

function showState(chip, state) {
  chip.querySelector("span").textContent = state;
  chip.title = source ? "Pause" : "Follow new requests";
}

// Shows the list as it is now: what the page shows was cleared, or was that of another organization of the same name. If that
// fails, the event comes again.
async function startOver(chip) {
  try {
    const page = parsed(await (await fetch(pathOfList())).text());
    const found = page.querySelector(".panes .list");
    source?.close();
    source = undefined;
    list.replaceChildren(...found.childNodes);
    table = list.querySelector("table.requests[data-follow]");
    waiting = { rows: [], count: 0 };
    loadOlder(document.querySelector("a.older"));
    follow(chip);
  } catch {
    // The server does not answer.
  }
}

function pathOfList() {
  const page = new URL(table.dataset.follow.replace(/\/live$/, ""), location.href);
  page.search = location.search;
  return page;
}

function receive(event) {
  const batch = JSON.parse(event.data);
  table.dataset.last = event.lastEventId;
  const template = document.createElement("template");
  template.innerHTML = batch.rows;
  waiting.rows.unshift(...template.content.children);
  waiting.rows.length = Math.min(waiting.rows.length, MAX_ROWS);
  waiting.count += batch.count;
  waiting.totals = batch.totals;
  oldest = batch.first;
  if (isAtRest()) return showWaiting();
  showPill();
  markForgotten();
}

const MAX_ROWS = 10_000;
// Rows of a part of the table, as many as a page of the server has.
const PART = 50;

// Whether nobody reads the list: pointer and keyboard are elsewhere, the top is in view, and no row is selected, which would
// move. A click leaves the focus on a row, too, but not visibly.
function isAtRest() {
  const isRead = list.matches(":hover") || table.querySelector(":focus-visible") || document.querySelector(".panes.open");
  return scrollY < 64 && !isRead;
}

function showWaiting() {
  if (waiting.count === 0) return;
  document.querySelector("[data-empty]")?.remove();
  table.hidden = false;
  add(waiting.rows);
  document.querySelector("[data-total]").textContent = waiting.totals;
  waiting = { rows: [], count: 0 };
  showPill();
  for (const row of forgotten()) row.remove();
  for (const body of table.querySelectorAll("tbody:empty:not(:first-of-type)")) body.remove();
}

// A row whose request the journal has dropped leaves the list as soon as that moves no other one. Until then, it says so.
function markForgotten() {
  for (const row of forgotten()) {
    row.classList.add("gone");
    row.title = "The journal no longer keeps this request. Start the server with --max-journal to keep more.";
  }
}

// The rows of requests that the journal no longer keeps, from the end.
function forgotten() {
  const rows = [...table.rows].slice(1);
  const kept = rows.findLastIndex((row) => Number(row.dataset.sequence) >= oldest);
  return rows.slice(kept + 1);
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

// ---- older rows

// Loads the next page of the list when its end comes into view.
function loadOlder(link) {
  if (!link) return;
  const observer = new IntersectionObserver(async (changes) => {
    // Of several changes since the last frame, the last one is how it is now.
    if (!changes.at(-1).isIntersecting || count() >= MAX_ROWS) return;
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
  const row = event.target.closest("tr[data-id]");
  if (!row) return;
  event.preventDefault();
  // The keyboard clicks, too, without a pointer.
  show(row, event.detail === 0);
}

// Shows the details of a row. `isRead`: they get the focus, so that the next Tab is in them.
async function show(row, isRead) {
  const { href } = row.querySelector("a");
  select(row);
  try {
    const response = await fetch(href);
    // Where the journal has dropped it, the details say so.
    const isShown = response.ok || response.status === 404;
    const found = isShown && parsed(await response.text()).getElementById("detail");
    if (!found) return location.assign(href);
    const detail = document.getElementById("detail");
    detail.replaceChildren(...found.childNodes);
    detail.scrollTop = 0;
    document.querySelector(".panes").classList.add("open");
    if (location.href !== href) go(href);
    if (isRead) detail.focus({ preventScroll: true });
    if (!matchMedia("(min-width: 1000px)").matches) scrollTo(0, 0);
  } catch (error) {
    notify(`The request cannot be shown: ${error.message}. Is the server still running?`, true);
  }
}

// Changes the address of what is shown.
function go(url) {
  history.pushState({}, "", url);
  shown = location.pathname + location.search;
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
  let at = selected() ? selected().rowIndex + by : 1;
  // What a burst left out is no request.
  while (table.rows[at]?.matches(".gap")) at += by;
  const row = table.rows[at];
  if (!row?.dataset.id) return;
  select(row);
  // Tab goes on from there, and a screen reader reads it.
  row.querySelector("a").focus({ preventScroll: true });
  if (document.querySelector(".panes.open")) show(row, false);
}

export function openSelected() {
  const row = table && selected();
  if (!row) return false;
  show(row, true);
}

// Opens the new request after one was sent again, beside the latest requests that match the filter.
function showReplayed(event) {
  if (!event.detail.replays) return;
  event.preventDefault();
  const filter = new URLSearchParams(location.search).get("q");
  const query = filter ? `?${new URLSearchParams({ q: filter })}` : "";
  leave(`${document.body.dataset.place}requests/${event.detail.id}${query}`);
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
  const detail = document.getElementById("detail");
  if (detail.contains(document.activeElement)) selected()?.querySelector("a").focus();
  detail.replaceChildren();
  go(pathOfList());
}

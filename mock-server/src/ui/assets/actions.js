// Sends control requests. A button or a form with `data-method` and `data-path` describes one; the body is `data-body`,
// or the fields of the form. "Show API call" shows the same request as a curl line.

// The requests whose responses have not arrived, as method and path. A second click or key sends none of them again.
const sent = new Set();
// Whether the page is about to be left or loaded again.
let isLeaving = false;
// How long a page may take to be left, in milliseconds. A person or a response without content can prevent it.
const LEAVING = 10000;

export function sendControlRequests() {
  // A browser may show a page again as it was left.
  addEventListener("pageshow", ({ persisted }) => (isLeaving &&= !persisted));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-method]");
    if (button) run(button, button.dataset.body);
  });
  document.addEventListener("input", ({ target }) => target.form && showCall(target.form));
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-method]");
    if (!form) return;
    event.preventDefault();
    run(form, JSON.stringify(fields(form)));
  });
}

// The named fields of a form that are not empty. Values of fields with `data-json` are JSON.
function fields(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => value !== "");
  const isJson = (name) => form.elements[name].dataset?.json !== undefined;
  return Object.fromEntries(pairs.map(([name, value]) => [name, isJson(name) ? JSON.parse(value) : value]));
}

// Shows the request of a form with what its fields contain now.
function showCall(form) {
  const call = (form.closest("dialog") ?? form).querySelector(".call .command");
  const code = call?.querySelector("code");
  const begin = code && /^curl -X [A-Z]+(?: -H "[^"]*")?/.exec(code.textContent);
  if (!begin || form.dataset.path === undefined) return;
  const body = JSON.stringify(fields(form)).replaceAll("'", "'\\''");
  code.textContent = `${begin[0]} -d '${body}' ${document.body.dataset.origin}${form.dataset.path}`;
  call.querySelector("[data-copy]").dataset.copy = code.textContent;
}

async function run(source, body) {
  const { method, path, confirm: question, done } = source.dataset;
  const request = `${method} ${path}`;
  if (isLeaving || sent.has(request) || (question && !confirm(question))) return;
  for (const old of source.querySelectorAll(".failure")) old.remove();
  sent.add(request);
  source.setAttribute("aria-busy", "true");
  const answer = await send(method, path, body);
  source.removeAttribute("aria-busy");
  sent.delete(request);
  // A page can show the result itself.
  const event = new CustomEvent(answer.ok ? "done" : "failed", { bubbles: true, cancelable: true, detail: answer.body });
  if (!source.dispatchEvent(event)) return;
  if (answer.ok) leave(done ?? location.href);
  else fail(source, `${answer.problem} Nothing has changed. ${answer.advice}`);
}

// Loads a page, or this one again. Nothing is sent meanwhile.
export function leave(url) {
  isLeaving = true;
  setTimeout(() => (isLeaving = false), LEAVING);
  const { pathname, search, hash } = new URL(url, location.href);
  const isHere = pathname === location.pathname && search === location.search;
  // An address that has a fragment, as after the link that skips to the page, loads nothing.
  if (isHere && hash !== "") location.reload();
  else location.assign(url);
}

// A failed form says so itself, beside what has to be changed.
function fail(source, text) {
  if (source.localName !== "form") return notify(text, true);
  const failure = document.createElement("p");
  failure.className = "problem failure";
  failure.setAttribute("role", "alert");
  failure.textContent = text;
  const actions = source.querySelector(".actions");
  if (actions) actions.before(failure);
  else source.append(failure);
  failure.scrollIntoView({ block: "nearest" });
}

// Sends a control request of this page's user.
export async function send(method, path, body) {
  const headers = { "X-Mock-Ui": "1" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(path, { method, headers, body });
    const text = await response.text();
    const json = text === "" ? {} : JSON.parse(text);
    if (response.ok) return { ok: true, body: json };
    return { ok: false, body: json, problem: problem(method, path, response.status, json), advice: advice(response.status) };
  } catch (error) {
    return { ok: false, problem: `${method} ${path} failed: ${error.message}.`, advice: "Is the server still running?" };
  }
}

function problem(method, path, status, json) {
  const errors = json.detail?.validation_errors ?? [];
  const all = errors.map(({ field, error }) => `${field}: ${error}`).join("; ");
  return `${method} ${path} failed with ${status}: ${json.message ?? "no reason given"}${all && ` (${all})`}.`;
}

function advice(status) {
  if (status === 401) return "Sign in again.";
  if (status === 404) return "It may have been deleted; load the page again.";
  if ([400, 413, 422].includes(status)) return "Change the values and try again.";
  // Else the message says what stands in the way.
  return "";
}

// Shows a message until it has been read, in an open dialog, which covers all else.
export function notify(text, isFailure = false) {
  const notice = document.createElement("p");
  notice.className = isFailure ? "notice failed" : "notice";
  const dialog = document.querySelector("dialog[open]");
  // Elsewhere, its place has a role. Screen readers announce what changes after it has one.
  if (dialog) notice.setAttribute("role", isFailure ? "alert" : "status");
  (dialog ?? document.getElementById("notices")).append(notice);
  notice.textContent = text;
  setTimeout(() => notice.remove(), isFailure ? 15000 : 5000);
}

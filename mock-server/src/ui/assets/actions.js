// Sends control requests. A button or a form with `data-method` and `data-path` describes one; the body is `data-body`,
// or the fields of the form. "Show API call" shows the same request as a curl line.

export function sendControlRequests() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-method]");
    if (button) run(button, button.dataset.body);
  });
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

async function run(source, body) {
  const { method, path, confirm: question, done } = source.dataset;
  if (question && !confirm(question)) return;
  const answer = await send(method, path, body);
  // A page can show the result itself.
  const event = new CustomEvent(answer.ok ? "done" : "failed", { bubbles: true, cancelable: true, detail: answer.body });
  if (!source.dispatchEvent(event)) return;
  if (answer.ok) location.assign(done ?? location.href);
  else notify(`${answer.problem} Nothing has changed. ${answer.advice}`, true);
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
  return "Change the values and try again.";
}

// Shows a message until it has been read.
export function notify(text, isFailure = false) {
  const notice = document.createElement("p");
  notice.className = isFailure ? "notice failed" : "notice";
  notice.textContent = text;
  document.getElementById("notices").append(notice);
  setTimeout(() => notice.remove(), isFailure ? 15000 : 5000);
}

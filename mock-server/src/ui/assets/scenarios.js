// The page Scenarios: keys that come with a scenario are shown once, and an editor marks the line of an error and keeps what
// was written.

import { leave, notify } from "./actions.js";
import { Completion, LINE_HEIGHT, withCode } from "./completion.js";

export function editScenario() {
  document.addEventListener("done", showKeys);
  const editor = document.querySelector("[data-editor]");
  if (editor) new Editor(editor);
}

// Keys that come with a scenario are in no other response.
function showKeys(event) {
  const { keys, name } = event.detail;
  const dialog = document.getElementById("scenario-keys");
  if (!dialog || !Array.isArray(keys)) return;
  event.preventDefault();
  const { done } = event.target.dataset;
  dialog.querySelector("h2").textContent = `Keys of ${name}`;
  dialog.querySelector("dl").replaceChildren(...keys.flatMap(described));
  // A dialog whose content is shown only once does not close by accident.
  dialog.addEventListener("cancel", (cancel) => cancel.preventDefault());
  dialog.addEventListener("close", () => leave(done ?? location.href));
  dialog.showModal();
}

function described({ name, key }) {
  const [title, value] = [document.createElement("dt"), document.createElement("dd")];
  const [code, copy] = [document.createElement("code"), document.createElement("button")];
  title.textContent = name;
  code.textContent = key;
  Object.assign(copy, { type: "button", textContent: "Copy" });
  copy.dataset.copy = key;
  value.append(code, " ", copy);
  return [title, value];
}

// A text with line numbers.
class Editor {
  constructor(element) {
    this.element = element;
    this.text = element.querySelector("textarea");
    this.lines = element.querySelector("[data-lines]");
    this.problem = element.querySelector("[data-problem]");
    this.text.addEventListener("input", () => this.change());
    this.text.addEventListener("scroll", () => this.follow());
    element.closest("form").addEventListener("failed", (event) => this.fail(event));
    new Completion(element);
    keepDraft(this.text);
    this.change();
  }

  change() {
    const count = this.text.value.split("\n").length;
    if (count !== this.count) this.lines.textContent = Array.from({ length: count }, (_, index) => index + 1).join("\n");
    this.count = count;
    this.mark(undefined);
    this.follow();
  }

  // Shows the error of the control API: `line 4, column 9: what is wrong`.
  fail(event) {
    const error = event.detail?.detail?.validation_errors?.[0]?.error;
    if (!error) return;
    event.preventDefault();
    const found = /^line (\d+), column (\d+): (.*)$/s.exec(error);
    const [line, column] = found ? [Number(found[1]), Number(found[2])] : [undefined, undefined];
    this.mark(line, column, error);
    if (line === undefined) return;
    const before = this.text.value.split("\n").slice(0, line - 1);
    const at = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
    this.text.focus();
    this.text.setSelectionRange(at, at);
    this.text.scrollTop = Math.max(0, (line - 4) * LINE_HEIGHT);
    this.follow();
  }

  // Marks a line, and shows the error below the text, where it hides no other line.
  mark(line, column, error = "") {
    this.line = line;
    this.problem.hidden = error === "";
    const sentence = error.replace(/[^.…?!]$/, "$&.");
    this.problem.replaceChildren(...(error === "" ? [] : withCode(`${sentence} The active scenario has not changed.`)));
    this.text.toggleAttribute("aria-invalid", error !== "");
    this.element.querySelector(".marked")?.remove();
    if (line === undefined) return;
    const mark = document.createElement("span");
    mark.className = "marked";
    mark.setAttribute("aria-hidden", "true");
    this.element.append(mark);
  }

  // Line numbers and the mark scroll with the text.
  follow() {
    const { scrollTop } = this.text;
    this.lines.scrollTop = scrollTop;
    const mark = this.element.querySelector(".marked");
    if (!mark) return;
    const top = 8 + (this.line - 1) * LINE_HEIGHT - scrollTop;
    const isVisible = top >= 0 && top < this.text.clientHeight;
    mark.hidden = !isVisible;
    mark.style.top = `${top}px`;
  }
}

// What was written stays for as long as the tab is open. What was activated is where an own scenario begins from then on.
function keepDraft(text) {
  const [name, own] = [location.pathname + location.search, location.pathname.replace(/[^/]*$/, "own")].map((path) => `draft ${path}`);
  const [form, note] = [text.closest("form"), document.querySelector("[data-draft]")];
  const draft = sessionStorage.getItem(name);
  if (draft !== null && draft !== text.defaultValue) {
    text.value = draft;
    note.hidden = false;
  }
  text.addEventListener("input", () => keep(name, text.value));
  form.addEventListener("done", () => {
    sessionStorage.removeItem(name);
    keep(own, text.value);
  });
  note.querySelector("[data-discard]").addEventListener("click", () => {
    sessionStorage.removeItem(name);
    location.reload();
  });
}

let isLost = false;

// Keeps a text in the tab. Browsers have room for some five million characters, or none if storage is blocked.
function keep(name, text) {
  try {
    sessionStorage.setItem(name, text);
    isLost = false;
  } catch {
    if (!isLost) notify("The text cannot be kept in this browser: it is lost when you leave the page.", true);
    isLost = true;
  }
}

// The page Scenarios: keys that come with a scenario are shown once, and an editor shows an error under its line.

import { Completion, LINE_HEIGHT } from "./completion.js";

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
  dialog.addEventListener("close", () => location.assign(done ?? location.href));
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
    this.change();
  }

  change() {
    const count = this.text.value.split("\n").length;
    this.lines.textContent = Array.from({ length: count }, (_, index) => index + 1).join("\n");
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

  // Marks a line, and shows the error under it; without a line, the error is at the end.
  mark(line, column, error = "") {
    this.line = line;
    this.problem.hidden = error === "";
    this.problem.textContent = error === "" ? "" : `${error} The active scenario has not changed.`;
    this.problem.classList.toggle("at-line", line !== undefined);
    this.text.toggleAttribute("aria-invalid", error !== "");
    this.element.querySelector(".marked")?.remove();
    if (line === undefined) return;
    const mark = document.createElement("span");
    mark.className = "marked";
    mark.setAttribute("aria-hidden", "true");
    this.element.append(mark);
  }

  // Line numbers and the error scroll with the text.
  follow() {
    const { scrollTop } = this.text;
    this.lines.scrollTop = scrollTop;
    const mark = this.element.querySelector(".marked");
    if (!mark) return;
    const top = 8 + (this.line - 1) * LINE_HEIGHT - scrollTop;
    const isVisible = top >= 0 && top < this.text.clientHeight;
    mark.hidden = !isVisible;
    mark.style.top = `${top}px`;
    this.problem.style.top = `${Math.min(Math.max(top, 0), this.text.clientHeight - LINE_HEIGHT) + LINE_HEIGHT + 1}px`;
  }
}

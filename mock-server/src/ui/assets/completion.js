// Completion in the editor of scenarios: the names and values that their JSON Schema allows at the cursor.

// Height of a line of the editor, in pixels.
export const LINE_HEIGHT = 20;

export class Completion {
  constructor(element) {
    this.element = element;
    this.text = element.querySelector("textarea");
    this.list = element.querySelector("[data-choices]");
    this.choices = [];
    this.text.setAttribute("aria-autocomplete", "list");
    this.text.setAttribute("aria-controls", this.list.id);
    this.text.addEventListener("focus", () => this.load(), { once: true });
    this.text.addEventListener("input", () => this.show(1));
    this.text.addEventListener("keydown", (event) => this.press(event));
    for (const leaves of ["blur", "click", "scroll"]) this.text.addEventListener(leaves, () => this.hide());
    // A click on a choice leaves the focus in the text.
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const choice = event.target.closest("li");
      if (choice) this.take([...this.list.children].indexOf(choice));
    });
  }

  async load() {
    const response = await fetch(this.element.dataset.editor);
    // Without a schema, the editor is one without completion.
    if (response.ok && !response.redirected) this.schema = await response.json();
  }

  press(event) {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      this.show(0);
    } else if (!this.list.hidden && ACTIONS[event.key]) {
      event.preventDefault();
      event.stopPropagation();
      ACTIONS[event.key](this);
    }
  }

  // Shows what can complete a word of at least this many letters.
  show(least) {
    const before = this.text.value.slice(0, this.text.selectionStart);
    const at = placeOf(before);
    const found = this.schema && at.word.length >= least ? choicesAt(this.schema, at) : [];
    this.choices = found.filter(({ name }) => name !== at.word);
    this.word = at.word;
    if (this.choices.length === 0) return this.hide();
    this.list.replaceChildren(...this.choices.map(rendered));
    this.list.hidden = false;
    this.place(before);
    this.choose(0);
  }

  // Puts the list below the word.
  place(before) {
    const lines = before.split("\n");
    const column = lines.at(-1).length - this.word.length;
    const top = 8 + lines.length * LINE_HEIGHT - this.text.scrollTop;
    this.list.style.top = `${top}px`;
    this.list.style.left = `min(calc(${56 - this.text.scrollLeft}px + ${column}ch), calc(100% - min(100%, 360px)))`;
  }

  choose(index) {
    this.chosen = (index + this.choices.length) % this.choices.length;
    [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", at === this.chosen));
    this.list.children[this.chosen].scrollIntoView({ block: "nearest" });
    this.text.setAttribute("aria-activedescendant", this.list.children[this.chosen].id);
  }

  take(index) {
    const end = this.text.selectionStart;
    this.text.setSelectionRange(end - this.word.length, end);
    // The only way to insert text that can be undone.
    document.execCommand("insertText", false, this.choices[index].insert);
    this.hide();
  }

  hide() {
    this.list.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
  }
}

const ACTIONS = {
  ArrowDown: (completion) => completion.choose(completion.chosen + 1),
  ArrowUp: (completion) => completion.choose(completion.chosen - 1),
  Enter: (completion) => completion.take(completion.chosen),
  Tab: (completion) => completion.take(completion.chosen),
  Escape: (completion) => completion.hide(),
};

function rendered({ name, description }, index) {
  const [item, title, note] = ["li", "strong", "span"].map((tag) => document.createElement(tag));
  item.id = `yaml-choice-${index}`;
  item.setAttribute("role", "option");
  title.textContent = name;
  note.append(...withCode(description ?? ""));
  item.append(title, note);
  return item;
}

// The parts of a text; those between backticks are code.
export function withCode(text) {
  return text.split("`").map((part, index) => {
    const element = document.createElement(index % 2 ? "code" : "span");
    element.textContent = part;
    return element;
  });
}

// ---- where the cursor is

// The names that lead to the end of a text, whether a value is expected there, and the word that has begun.
function placeOf(text) {
  const lines = text.split("\n");
  const last = lines.pop();
  const { indent, name, rest } = parsed(last);
  const flow = openParts(rest);
  const word = wordAtEnd(last);
  const path = [...parentsOf(lines, indent), ...(name ?? []), ...flow.flatMap(({ name }) => name ?? [])];
  // A name is expected at the start of a line, and in a map before a colon.
  const top = flow.at(-1);
  const isName = top ? top.isMap && top.name === undefined : !/^[\s-]*\w[\w-]*:/.test(last);
  return { path, word, isName };
}

// The indentation of a line, infinite if it has nothing but a comment; the name that it begins with, in a list; and its rest.
function parsed(line) {
  const [, before, name, rest] = /^([\s-]*)(?:(\w[\w-]*):(?=\s|$))?(.*)$/.exec(line);
  const isEmpty = /^\s*(?:#|$)/.test(line);
  return { indent: isEmpty ? Infinity : before.length, name: isEmpty || name === undefined ? undefined : [name], rest };
}

// The names within which a line is that follows these lines and is indented this much. Only as many lines are looked at as it
// takes.
function parentsOf(lines, indent) {
  const names = [];
  for (let at = lines.length - 1; at >= 0 && indent > 0; at--) {
    const line = parsed(lines[at]);
    if (line.indent >= indent) continue;
    indent = line.indent;
    names.unshift(...(line.name ?? []));
  }
  return names;
}

// Not as an expression without an anchor, which takes the square of the length of a long word.
function wordAtEnd(line) {
  let start = line.length;
  while (start > 0 && /[\w-]/.test(line[start - 1])) start--;
  return line.slice(start);
}

// The maps and lists that a text in one line opens and does not close.
function openParts(text) {
  const open = [];
  for (const [token, word] of text.matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|(?<![\w-])([\w-]+):(?=\s|$)|[[\]{},]/g)) {
    if (token === "{" || token === "[") open.push({ isMap: token === "{" });
    else if (token === "}" || token === "]") open.pop();
    else if (open.length === 0) continue;
    else if (token === ",") open.at(-1).name = undefined;
    else if (word !== undefined && open.at(-1).isMap) open.at(-1).name = word;
  }
  return open;
}

// ---- what the schema allows there

function choicesAt(schema, { path, word, isName }) {
  let nodes = [...alternatives(schema, schema)];
  for (const name of path) {
    const inner = nodes.map((node) => node.properties?.[name]).filter(Boolean);
    nodes = inner.flatMap((node) => [...alternatives(schema, node)]);
  }
  const all = nodes.flatMap((node) => (isName ? namesOf(node, "") : [...valuesOf(node), ...namesOf(node, "{")]));
  const unique = new Map(all.map((choice) => [choice.name, choice]));
  return [...unique.values()].filter(({ name }) => name.includes(word)).sort(byStart(word));
}

// A schema and all that it may stand for; the items of a list stand for the list.
function* alternatives(schema, node) {
  yield node;
  if (node.$ref) yield* alternatives(schema, schema.$defs[node.$ref.split("/").at(-1)]);
  for (const part of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) yield* alternatives(schema, part);
  if (typeof node.items === "object") yield* alternatives(schema, node.items);
}

function namesOf(node, open) {
  const described = ([name, { description }]) => ({ name, insert: `${open}${name}: `, description: description ?? node.description });
  return Object.entries(node.properties ?? {}).map(described);
}

function valuesOf(node) {
  const values = node.const === undefined ? (node.enum ?? []) : [node.const];
  return values.map((value) => ({ name: `${value}`, insert: `${value}`, description: node.description }));
}

// Words that begin with what was typed come first.
function byStart(word) {
  const rank = ({ name }) => (name.startsWith(word) ? 0 : 1);
  return (one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name);
}

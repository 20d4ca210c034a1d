// Searches a part of the page: a field with `data-finds` marks its text in elements of that selector, and Enter goes to the next.

const NAME = "found";
const MAX_FOUND = 1000;
let ranges = [];
let current = -1;

export function findInDetails() {
  if (!CSS.highlights) return;
  document.addEventListener("input", ({ target }) => target.matches("[data-finds]") && find(target));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-finds]")) goOn(event.shiftKey ? -1 : 1);
  });
}

function find(field) {
  const wanted = field.value.toLowerCase();
  ranges = wanted === "" ? [] : [...document.querySelectorAll(field.dataset.finds)].flatMap((part) => rangesIn(part, wanted));
  current = -1;
  CSS.highlights.set(NAME, new Highlight(...ranges.slice(0, MAX_FOUND)));
  field.parentElement.querySelector("[data-found]").textContent = wanted === "" ? "" : `${ranges.length} found`;
}

// Where the text is in what can be seen.
function rangesIn(part, wanted) {
  const found = [];
  const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (!node.parentElement.checkVisibility()) continue;
    const text = node.data.toLowerCase();
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      found.push(range);
    }
  }
  return found;
}

function goOn(by) {
  if (ranges.length === 0) return;
  current = (current + by + ranges.length) % ranges.length;
  const range = ranges[current];
  range.startContainer.parentElement.scrollIntoView({ block: "nearest" });
  getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
}

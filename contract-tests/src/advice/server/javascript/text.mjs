const MAX_CHARACTERS = 200;

/** Strict UTF-8 in, the same characters out: no trim(), no normalize(), no escaping, and no column of fewer bytes. */
export function title(body) {
  // `fatal`: an invalid byte is an error, not a replacement character.
  const { title } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  // Characters, not UTF-16 units. A lone surrogate is no character, and cannot be stored.
  if (typeof title !== "string" || [...title].length > MAX_CHARACTERS || !title.isWellFormed()) throw new Error("title");
  return title;
}

// Options by name, as callers in JavaScript may misspell them.

/** Throws if an option is unknown. `known` are the names, with `of` for what they are options of. */
function check(options, known, of) {
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new TypeError(`${of} has no option ${unknown.join(", ")}; it takes ${known.join(", ")}`);
  }
}

module.exports = { check };

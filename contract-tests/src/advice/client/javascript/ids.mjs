/** An id goes back as it came. A number above 2^53 would be rounded, so it is kept as the text of the body; needs Node 22. */
export function parse(text) {
  return JSON.parse(text, (_name, value, context) => {
    const rounded = typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source);
    return rounded ? context.source : value;
  });
}

const BOUNDS = { limit: [1, 100], offset: [0, 1_000_000_000] };
const DEFAULTS = { limit: 50, offset: 0 };

/** The values, and the errors of a 422, which name the parameter. */
export function parse(query) {
  const values = {};
  const errors = [];
  for (const [field, provided] of new URLSearchParams(query)) {
    const reject = (error) => errors.push({ field, error, provided });
    if (!Object.hasOwn(BOUNDS, field)) {
      reject(`is unknown; use one of ${Object.keys(BOUNDS).join(", ")}`);
      continue;
    }
    const [low, high] = BOUNDS[field];
    // Not parseInt: it reads "10x" and "1.5" from the beginning. Not Number: it takes blanks, "1e1" and "0x1".
    const number = /^[0-9]{1,10}$/.test(provided) ? Number(provided) : NaN;
    if (Object.hasOwn(values, field)) reject("is given twice");
    else if (!(number >= low && number <= high)) reject(`must be an integer from ${low} to ${high}`);
    else values[field] = number;
  }
  return { values: { ...DEFAULTS, ...values }, errors };
}

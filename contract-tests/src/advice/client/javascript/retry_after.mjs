const MIN_WAIT = 500;

/** The milliseconds to wait: Retry-After is a number or a date; if it is neither, or past, your own backoff counts. */
export function wait(header, backoff, deadline) {
  const text = header?.trim() ?? "";
  const asked = /^\d+$/.test(text) ? Number(text) * 1000 : /^[A-Z]/.test(text) ? Date.parse(text) - Date.now() : 0;
  const milliseconds = Math.max(Number.isNaN(asked) ? 0 : asked, backoff, MIN_WAIT);
  if (milliseconds > deadline) throw new Error(`the API asks to wait for ${milliseconds / 1000} s; the limit is ${deadline / 1000} s`);
  return milliseconds;
}

/** Every row of a list. `get` requests the page at an offset; it retries a 429 itself, and throws if there is no page. */
export async function* rows(get) {
  const seen = new Set();
  for (let offset = 0; ; ) {
    const page = await get(offset);
    const found = page.orders ?? page.items;
    const fresh = found.filter((row) => !seen.has(row.id));
    if (found.length > 0 && fresh.length === 0) throw new Error(`the page at offset ${offset} repeats the ones before`);
    yield* fresh;
    for (const row of fresh) seen.add(row.id);
    // The server may have applied a smaller limit: what counts is the number of rows that came.
    offset += found.length;
    if (found.length === 0 || offset >= page.total) return;
  }
}

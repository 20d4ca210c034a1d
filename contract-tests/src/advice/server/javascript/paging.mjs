const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/** `rows` are all that the filters select; they are counted before the page is cut. */
export function page(rows, limit, offset) {
  // The id decides between rows of the same time: any other order could change between two pages.
  const ordered = rows.toSorted((a, b) => compare(a.created_at, b.created_at) || compare(a.id, b.id));
  const items = ordered.slice(offset, offset + limit);
  // The limit and the offset that applied.
  return { items, total: ordered.length, limit, offset, has_more: offset + items.length < ordered.length };
}

/** One condition for each parameter; its value has been validated. */
const CONDITIONS = {
  prospect_search_id: (row, id) => row.prospect_search_id === id,
  company_id: (row, id) => row.company_id === id,
  review_status: (row, status) => row.review_status === status,
  review_status_list: (row, list) => list.split(",").includes(row.review_status),
  min_match_score: (row, score) => row.match_score >= Number(score),
  // Times are compared, not texts: an offset such as +02:00 counts.
  delivered_since: (row, since) => Date.parse(row.delivered_at) > Date.parse(since),
  // Every character is literal: no RegExp, and no % or _ of LIKE.
  search: (row, text) => row.name.toLowerCase().includes(text.toLowerCase()),
};

/** The rows that fulfil every condition, before a page is cut from them. */
export function selected(rows, query) {
  const names = Object.keys(CONDITIONS).filter((name) => Object.hasOwn(query, name));
  const holds = (row, name, condition = CONDITIONS[name]) => condition(row, query[name]);
  return rows.filter((row) => names.every((name) => holds(row, name)));
}

/** The only clock of the server, in UTC. A time that is not known is null, and not a default such as 1970. */
const now = () => new Date().toISOString();

/** `order` is the request as it was parsed and stored: what the response says of it is counted, and not kept beside it. */
export function created(id, order) {
  const time = now(); // Read once: two readings would differ.
  const count = order.companies?.length ?? 0;
  return { id, title: order.title, company_count: count, created_at: time, updated_at: time };
}

/** The only way to change what is stored, so that each change sets the time. */
export function changed(order, change) {
  change(order);
  order.updated_at = now();
}

/** `company` was found by the id in the path, so everything in the response is about it. */
export function jobsOf(company) {
  return { items: company.jobs.map((job) => ({ ...job, company_id: company.id })) };
}

/** Quotes the value from the parsed body, where it still is as it was sent: not trimmed, in lower case, or converted. */
export function rejected(body, field, error) {
  return { field, error, provided: body[field] ?? null };
}

/** Status, media type, completeness, JSON, fields: a response is a success only if all of them are right. */
export async function getOrder(url, headers) {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
  // By its class, so that an unknown status such as 299 or 499 counts as 200 or 400.
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the API returned ${response.status}`);
  }
  const type = (response.headers.get("content-type") ?? "").split(";")[0].trim();
  if (type.toLowerCase() !== "application/json") throw new Error(`not JSON, but ${type}`);
  // Rejects for a body that is shorter than its Content-Length, and for invalid JSON.
  const body = await response.json();
  if (![body?.id, body?.title, body?.status].every((value) => typeof value === "string")) throw new Error("the body is not an order");
  return body;
}

/** No retry helps: let it end the program, which prints it. */
export class Refused extends Error {}

/** Call this with each response, before anything is retried. */
export function check(status, body) {
  if (status === 401) throw new Refused("the API key is invalid, expired or revoked: check OPENPROSPECT_API_KEY");
  if (status !== 403) return;
  const places = [body, body.error].flatMap((place) => [place?.detail, place?.details, place]);
  const scopes = places.find((place) => place?.required_scopes)?.required_scopes;
  throw new Refused(`the API key lacks a scope; required: ${scopes?.join(", ") ?? body.message}`);
}

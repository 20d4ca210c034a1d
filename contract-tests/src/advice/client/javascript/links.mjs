/** The URL of a link, which must not send the key to another host. */
export function nextPage(baseUrl, link) {
  const url = new URL(link, baseUrl);
  if (url.origin !== new URL(baseUrl).origin) throw new Error(`the API links to ${url.origin}`);
  return url;
}

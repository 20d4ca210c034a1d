// The client of the tests: as small as one can be.

/** Sends a request to the API, and returns the status and the body. */
export async function send({ apiUrl, headers }, method, path, body) {
  const response = await fetch(apiUrl + path, {
    method,
    headers: { ...headers, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

export const ORDER = { title: "Hotels", features: ["CONTACTS"], companies: [{ company_name: "Example Corp" }] };

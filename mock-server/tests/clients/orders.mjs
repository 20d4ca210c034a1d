// The calls of the vendor page's JavaScript samples, with the fields they read.

const apiUrl = process.env.OPENPROSPECT_API_URL;
const apiKey = process.env.OPENPROSPECT_API_KEY;

const headers = {
  Authorization: `Bearer ${apiKey}`,
  "Content-Type": "application/json",
};

const calls = {
  list: () => fetch(`${apiUrl}/orders?limit=10`, { method: "GET", headers }),
  create: () =>
    fetch(`${apiUrl}/orders`, {
      method: "POST",
      headers,
      body: JSON.stringify({
        title: "Q1 Enrichment",
        features: ["CONTACTS"],
        companies: [{ company_name: "Example Corp" }],
      }),
    }),
};

async function understood(response) {
  if (response.status === 401) {
    return "401: check your API key";
  }
  if (response.status === 403) {
    const { detail } = await response.json();
    return `403: required ${detail.required_scopes}; held ${detail.user_scopes}`;
  }
  if (response.status === 429) {
    return `429: retry after ${response.headers.get("Retry-After") || "60"} s`;
  }
  if (!response.ok) {
    throw new Error(`unexpected ${response.status}: ${response.statusText}`);
  }
  const body = await response.json();
  if (!body.orders) {
    return `created an order that is ${body.status}: ${body.title}`;
  }
  const [first] = body.orders;
  return `found ${body.orders.length} of ${body.total} orders, the first is ${first.status}: ${first.title}`;
}

console.log(await understood(await calls[process.argv[2]]()));

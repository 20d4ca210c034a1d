// A whole integration: from a prospect search and a blacklist to delivered prospects and feedback.

const apiUrl = process.env.OPENPROSPECT_API_URL;
const headers = {
  Authorization: `Bearer ${process.env.OPENPROSPECT_API_KEY}`,
  "Content-Type": "application/json",
};

async function call(method, path, body) {
  const response = await fetch(apiUrl + path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }
  return response.json();
}

/** Every row of a list, page by page. */
async function rows(path, filter = {}) {
  const all = [];
  for (let more = true; more; ) {
    const query = new URLSearchParams({ ...filter, limit: 20, offset: all.length });
    const page = await call("GET", `${path}?${query}`);
    all.push(...page.items);
    more = page.has_more;
  }
  return all;
}

let [search] = await rows("/prospect-searches");
search = await call("PATCH", `/prospect-searches/${search.id}`, {
  version: search.version,
  name: "Hotels",
  geo_locations: ["Bayern"],
});

const companies = await rows("/companies", { prospect_search_id: search.id });
const ours = companies.reduce((one, other) => (other.name < one.name ? other : one));
const blacklist = await call("POST", "/blacklists", { name: "Customers" });
await call("POST", `/blacklists/${blacklist.id}/entries`, { entries: [{ website_url: ours.website }] });
await call("PUT", `/prospect-searches/${search.id}/blacklists`, { blacklist_ids: [blacklist.id] });

let order = await call("POST", "/orders", {
  title: "Find hotels",
  order_type: "DISCOVERY",
  features: ["COMPANY_DATA", "CONTACTS"],
  prospect_search_id: search.id,
  quantity: 10_000,
});
while (order.status !== "COMPLETED") {
  await new Promise((resolve) => setTimeout(resolve, 20));
  order = await call("GET", `/orders/${order.id}`);
}

const deliveries = await rows("/deliveries", { order_id: order.id });
const found = new Set(deliveries.map((delivery) => delivery.company_id));
const people = deliveries.reduce((sum, delivery) => sum + delivery.prospects.length, 0);
const rated = await call("PUT", `/deliveries/${deliveries[0].id}/feedback`, { rating: "good" });
console.log(
  `${search.name} without ${search.stripped_fields}: ${companies.length} companies, ${deliveries.length} delivered ` +
    `${found.has(ours.id) ? "with" : "without"} ours, ${people} people, the first is ${rated.feedback.rating}`,
);

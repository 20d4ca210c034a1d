// fetch as one begins with it: an error for each status that is none of success.

const { OPENPROSPECT_API_URL: url, OPENPROSPECT_API_KEY: key } = process.env;
const PAGE = 2;

async function call(method, path, body) {
  const headers = { Authorization: `Bearer ${key}` };
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`the API answers with ${response.status}`);
  return response.json();
}

try {
  let offset = 0;
  let total = 1;
  while (offset < total) {
    const page = await call("GET", `/orders?limit=${PAGE}&offset=${offset}`);
    offset += page.orders.length;
    total = page.total;
  }
  const companies = [{ company_name: "Example Corp" }];
  let order = await call("POST", "/orders", { title: "Hotels", features: ["CONTACTS"], companies });
  while (!["COMPLETED", "CANCELLED"].includes(order.status)) {
    await new Promise((resolve) => setTimeout(resolve, 1100));
    order = await call("GET", `/orders/${order.id}`);
  }
} catch (error) {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
}

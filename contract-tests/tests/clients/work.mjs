// What each JavaScript client does: all orders, page by page; a new one; and its end.
//
// A client is a function that sends one request and returns the JSON of the response; it throws at anything else.
const ORDER = { title: "Hotels", features: ["CONTACTS"], companies: [{ company_name: "Example Corp" }] };
const PAGE = 2;

async function work(call) {
  let offset = 0;
  let total = 1;
  while (offset < total) {
    const page = await call("GET", `/orders?limit=${PAGE}&offset=${offset}`);
    offset += page.orders.length;
    total = page.total;
  }
  let order = await call("POST", "/orders", ORDER);
  while (!["COMPLETED", "CANCELLED"].includes(order.status)) {
    await new Promise((resolve) => setTimeout(resolve, 1100));
    order = await call("GET", `/orders/${order.id}`);
  }
}

export async function main(call) {
  try {
    await work(call);
  } catch (error) {
    console.error(`${error.name}: ${error.message}`);
    process.exitCode = 1;
  }
}

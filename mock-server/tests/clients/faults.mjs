// What fetch sees of each fault. Each meets the first of two calls; the second is plain.

const url = `${process.env.OPENPROSPECT_API_URL}/orders?limit=2`;
const key = { Authorization: `Bearer ${process.env.OPENPROSPECT_API_KEY}` };

async function call(headers) {
  try {
    const response = await fetch(url, { headers: { ...key, ...headers }, signal: AbortSignal.timeout(2000) });
    const body = await response.text();
    try {
      JSON.parse(body);
      return `${response.status}, JSON`;
    } catch {
      return `${response.status}, no JSON`;
    }
  } catch (error) {
    const why = error.cause?.code ?? error.cause?.message ?? error.name;
    // Which of the two it is depends on what comes first: the end of the bytes, or word of it.
    return ["ECONNRESET", "UND_ERR_SOCKET"].includes(why) ? "connection lost" : why;
  }
}

const seen = [];
for (const fault of process.argv.slice(2)) {
  seen.push([await call({ "X-Mock-Fault": fault }), await call({})]);
  // All calls share one pool, and what a fault has left there is none of the next one's.
  for (let left = 3; left > 0; left -= 1) await call({});
}
console.log(JSON.stringify(seen));

// Sends every request of the collection to a server, in its order, as Postman does: `node run.mjs COLLECTION`.
//
// A line of JSON for each request is printed: its operation, the body that was sent, and the response. The run fails at the first response
// that is no success. Variables are those of the collection, and OPENPROSPECT_API_URL, OPENPROSPECT_API_KEY and JWT_TOKEN.
import { readFile } from "node:fs/promises";
import vm from "node:vm";

const collection = JSON.parse(await readFile(process.argv[2], "utf8"));
const { OPENPROSPECT_API_URL, OPENPROSPECT_API_KEY, JWT_TOKEN } = process.env;
const variables = new Map(collection.variable.map(({ key, value }) => [key, value]));
variables.set("base_url", OPENPROSPECT_API_URL).set("api_key", OPENPROSPECT_API_KEY).set("jwt", JWT_TOKEN);

/** A text with the values of the variables that it names; one without a value is an error. */
function filled(text) {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => {
    const value = variables.get(name);
    if (!value) throw new Error(`${name} has no value`);
    return value;
  });
}

async function send({ request }) {
  const { bearer: [token] } = request.auth ?? collection.auth;
  const headers = Object.fromEntries(request.header.map(({ key, value }) => [key, value]));
  return fetch(filled(request.url.raw), {
    method: request.method,
    headers: { ...headers, Authorization: `Bearer ${filled(token.value)}` },
    body: request.body && filled(request.body.raw),
  });
}

/** What Postman does after a response. */
function runScripts(item, body) {
  const response = { json: () => body };
  for (const { script } of item.event ?? []) {
    vm.runInNewContext(script.exec.join("\n"), { pm: { response, collectionVariables: variables } });
  }
}

for (const item of collection.item.flatMap((folder) => folder.item)) {
  const response = await send(item);
  const text = await response.text();
  if (!response.ok) throw new Error(`${item.name}: ${response.status} ${text}`);
  const body = text ? JSON.parse(text) : undefined;
  runScripts(item, body);
  const sent = item.request.body && JSON.parse(filled(item.request.body.raw));
  console.log(JSON.stringify({ operation: item.name, sent, body }));
}

// Writes what was sent and received as code that the types must accept: `node samples.mjs OPENAPI RUN FOLDER`.
//
// OPENAPI is the server's document, which names the body of each operation, and RUN what packages/requests/tests/run.mjs has printed.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

const [openapi, run, folder] = process.argv.slice(2);
const document = JSON.parse(await readFile(openapi, "utf8"));
const exchanges = (await readFile(run, "utf8")).trim().split("\n").map((line) => JSON.parse(line));

const operations = new Map(
  Object.values(document.paths).flatMap(Object.values).map((operation) => [operation.operationId, operation]),
);

/** The name of a body's schema. */
function named(body) {
  return body?.content?.["application/json"].schema.$ref.split("/").at(-1);
}

function python(value) {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${python(one)}`).join(", ")}}`;
}

const typescript = ['import type { Operations } from "./openprospect";'];
const types = ["import openprospect_types as types"];
for (const { operation, sent, body } of exchanges) {
  const { requestBody, responses } = operations.get(operation);
  const success = Object.entries(responses).find(([status]) => status.startsWith("2"))[1];
  for (const [part, value, type] of [["body", sent, named(requestBody)], ["response", body, named(success)]]) {
    typescript.push(`export const ${operation}_${part}: Operations["${operation}"]["${part}"] = ${JSON.stringify(value)};`);
    if (type) types.push(`${operation}_${part}: types.${type} = ${python(value)}`);
  }
}
await writeFile(path.join(folder, "samples.ts"), typescript.join("\n") + "\n");
await writeFile(path.join(folder, "samples.py"), types.join("\n") + "\n");

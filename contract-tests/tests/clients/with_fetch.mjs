// fetch with its defaults: an error for each status other than a success.
import { main } from "./work.mjs";

const { OPENPROSPECT_API_URL: url, OPENPROSPECT_API_KEY: key } = process.env;

await main(async (method, path, body) => {
  const headers = { Authorization: `Bearer ${key}` };
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`the API answers with ${response.status}`);
  return response.json();
});

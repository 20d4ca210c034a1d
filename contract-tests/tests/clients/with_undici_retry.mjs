// undici with its RetryAgent, with the options that it has by default.
import { Agent, RetryAgent } from "undici";

import { main } from "./work.mjs";

const { OPENPROSPECT_API_URL: url, OPENPROSPECT_API_KEY: key } = process.env;
const { origin, pathname } = new URL(url);
const agent = new RetryAgent(new Agent());

await main(async (method, path, body) => {
  const headers = { authorization: `Bearer ${key}` };
  if (body) headers["content-type"] = "application/json";
  const response = await agent.request({ origin, path: pathname + path, method, headers, body: body && JSON.stringify(body) });
  if (response.statusCode >= 300) throw new Error(`the API returned ${response.statusCode}`);
  return response.body.json();
});

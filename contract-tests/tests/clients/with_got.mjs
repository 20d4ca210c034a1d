// got, which retries by default.
import got from "got";

import { main } from "./work.mjs";

const { OPENPROSPECT_API_URL: url, OPENPROSPECT_API_KEY: key } = process.env;
const client = got.extend({ headers: { Authorization: `Bearer ${key}` } });

await main((method, path, json) => client(url + path, { method, json }).json());

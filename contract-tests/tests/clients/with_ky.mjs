// ky, which retries by default.
import ky from "ky";

import { main } from "./work.mjs";

const { OPENPROSPECT_API_URL: url, OPENPROSPECT_API_KEY: key } = process.env;
const client = ky.create({ headers: { Authorization: `Bearer ${key}` } });

await main((method, path, json) => client(url + path, { method, json }).json());

// axios with axios-retry, as its documentation sets it up: three retries of what is idempotent, with exponential back-off.
import axios from "axios";
import axiosRetry from "axios-retry";

import { main } from "./work.mjs";

const { OPENPROSPECT_API_URL: baseURL, OPENPROSPECT_API_KEY: key } = process.env;
const client = axios.create({ baseURL, headers: { Authorization: `Bearer ${key}` } });
axiosRetry(client, { retries: 3, retryDelay: axiosRetry.exponentialDelay });

await main(async (method, url, data) => (await client.request({ method, url, data })).data);

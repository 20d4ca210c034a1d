import { request } from "node:https";

/** "response" is the final response. A 103 is an "information" event, which needs no listener; sockets of your own would have to skip it. */
export function get(url, headers) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, timeout: 20_000 }, resolve);
    sent.on("timeout", () => sent.destroy(new Error("no response within 20 s")));
    sent.on("error", reject).end();
  });
}

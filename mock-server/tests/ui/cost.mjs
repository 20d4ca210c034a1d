// What an open page costs the API: CPU of the server per request at 5,000 requests a second, without a page and with what the
// page Requests loads, its stream of rows and its parts, in pairs. The server has as many organizations as it may have. The
// page is read here, since a browser would take the server's CPU cache, too. Run it by hand:
//
//   node mock-server/tests/ui/cost.mjs target/release/mock-server [PAIRS] [SECONDS]

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const [program, pairs = 5, seconds = 8] = process.argv.slice(2);
const CONNECTIONS = 5;
const PER_TICK = 20;
const TICK = 20;
const KEY = "lnc_test_FullAccessxxxxxxxxxxxxxxxxuicost";
const ORGANIZATIONS = 1000;

const settings = join(mkdtempSync(join(tmpdir(), "cost-")), "settings.toml");
writeFileSync(settings, "tiers.enterprise = '1000000/1s'\n");
const server = spawn(program, ["--port", "0", "--ready-json", "--config", settings], { stdio: ["ignore", "pipe", "ignore"] });
const { value: ready } = await createInterface(server.stdout)[Symbol.asyncIterator]().next();
const origin = ready.match(/http:\/\/[^/"]*/)[0];
const { hostname, port } = new URL(origin);

// Jiffies of CPU that the server has used.
function cpu() {
  const fields = readFileSync(`/proc/${server.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

// Sends requests at the rate, and returns how many were answered.
async function load(milliseconds) {
  const request = `GET /api/v1/orders?limit=1 HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${KEY}\r\n\r\n`;
  const sockets = Array.from({ length: CONNECTIONS }, () => connect(port, hostname));
  let answered = 0;
  for (const socket of sockets) socket.setNoDelay().on("data", (data) => (answered += data.toString("latin1").split("HTTP/1.1 200").length - 1));
  const begin = performance.now();
  for (let tick = 0; performance.now() - begin < milliseconds; tick++) {
    for (const socket of sockets) socket.write(request.repeat(PER_TICK));
    await pause(Math.max(0, begin + (tick + 1) * TICK - performance.now()));
  }
  await pause(300);
  for (const socket of sockets) socket.destroy();
  return answered;
}

// Microseconds of CPU per request.
async function measure() {
  const before = cpu();
  const answered = await load(Number(seconds) * 1000);
  return { perRequest: ((cpu() - before) * 10_000) / answered, rate: answered / Number(seconds) };
}

// Creates the other organizations.
async function crowd() {
  for (let number = 1; number < ORGANIZATIONS; number++) {
    const key = KEY.replace("uicost", `x${String(number).padStart(5, "0")}`);
    await fetch(`${origin}/api/v1/orders?limit=1`, { headers: { authorization: `Bearer ${key}` } });
  }
}

// Follows the list as a page does, and loads its parts every second. Returns a function that stops it, and returns the number
// of requests that were reported.
async function follow() {
  const form = { method: "POST", body: new URLSearchParams({ how: "directly" }), redirect: "manual" };
  const signedIn = await fetch(`${origin}/_mock/ui/sign-in`, form);
  const Cookie = signedIn.headers.get("set-cookie").split(";")[0];
  const page = await (await fetch(`${origin}/_mock/ui/uicost/requests`, { headers: { Cookie } })).text();
  const parts = Array.from(page.matchAll(/data-refresh="([^"]*)"/g), ([, path]) => path.replaceAll("&amp;", "&"));
  if (parts.length === 0) throw new Error("the page has no part that it loads again");
  const polls = setInterval(() => {
    for (const path of parts) fetch(`${origin}${path}`, { headers: { Cookie } }).then((response) => response.text()).catch(() => {});
  }, 1000);
  const stopped = new AbortController();
  const stream = await fetch(`${origin}/_mock/ui/uicost/requests/live`, { headers: { Cookie }, signal: stopped.signal });
  let told = 0;
  const read = async () => {
    for await (const part of stream.body.pipeThrough(new TextDecoderStream())) {
      for (const [, count] of part.matchAll(/"count":(\d+)/g)) told += Number(count);
    }
  };
  read().catch(() => {});
  return () => (clearInterval(polls), stopped.abort(), told);
}

await crowd();
await load(1000);
const shares = [];
for (let pair = 0; pair < Number(pairs); pair++) {
  const alone = await measure();
  const stop = await follow();
  const watched = await measure();
  const told = stop();
  shares.push(watched.perRequest / alone.perRequest - 1);
  const show = ({ perRequest, rate }) => `${perRequest.toFixed(1)} µs at ${Math.round(rate)}/s`;
  console.log(`without a page ${show(alone)}, with one ${show(watched)} (${told} told): ${(shares.at(-1) * 100).toFixed(1)} %`);
}
shares.sort((one, other) => one - other);
console.log(`median ${(shares[Math.floor(shares.length / 2)] * 100).toFixed(1)} %`);
server.kill();

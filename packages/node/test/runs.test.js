// Whole test runs: what they print, and what they leave behind.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { startMockServer } from "openprospect-mock";

// The package as it is installed.
const root = fileURLToPath(new URL(".", import.meta.resolve("openprospect-mock/package.json")));
const index = pathToFileURL(path.join(root, "lib/index.js"));
/** How long a server may take to end. */
const PATIENCE = { timeout: 15_000 };
let folder;

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "openprospect-"));
});

after(() => rm(folder, { recursive: true }));

/** Runs Node, and returns its exit code and its output once every process that has inherited the output has ended. */
async function node(args, { env = {}, started = () => {}, detached = false } = {}) {
  // A run within a run of `node --test` would report to the outer one.
  const { NODE_TEST_CONTEXT, ...inherited } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...inherited, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      started(child, output);
    });
  }
  const [code, signal] = await once(child, "close");
  return { code, signal, output };
}

async function file(name, text) {
  await writeFile(path.join(folder, name), text);
  return name;
}

test("a run that does not stop the server ends, and the server with it", PATIENCE, async () => {
  const script = await file("forgets.mjs", `
    import { startMockServer } from ${JSON.stringify(index)};
    const { apiUrl } = await startMockServer();
    console.log(apiUrl);
  `);
  const { code, output } = await node([script]);
  assert.equal(code, 0, output);
  await gone(output.trim());
});

test("a run that is killed leaves no server behind", PATIENCE, async () => {
  const script = await file("hangs.mjs", `
    import { startMockServer } from ${JSON.stringify(index)};
    const { apiUrl } = await startMockServer();
    console.log(apiUrl);
    setInterval(() => {}, 1000);
  `);
  const started = (child, output) => output.endsWith("\n") && child.kill("SIGKILL");
  const { signal, output } = await node([script], { started });
  assert.equal(signal, "SIGKILL");
  await gone(output.trim());
});

test("Ctrl-C does not reach the server", PATIENCE, async () => {
  const script = await file("interrupted.mjs", `
    import { startMockServer } from ${JSON.stringify(index)};
    const server = await startMockServer();
    const organization = await server.organization();
    process.on("SIGINT", () => {});
    // All processes of the group, as a terminal does.
    process.kill(0, "SIGINT");
    for (let request = 0; request < 50; request += 1) {
      await organization.journal.requests();
    }
    await organization.close();
    await server.close();
  `);
  const { code, output } = await node([script], { detached: true });
  assert.equal(code, 0, output);
});

test("an organization of a server that has stopped can be closed", async () => {
  const server = await startMockServer();
  const organization = await server.organization();
  await server.close();
  await organization.close();
});

/** Waits until nothing listens there. */
async function gone(url) {
  for (;;) {
    try {
      await (await fetch(url)).text();
    } catch {
      return;
    }
  }
}

test("a failed test shows its requests", async () => {
  const script = await file("failing.test.mjs", `
    import test from "node:test";
    import { useOpenProspect } from ${JSON.stringify(pathToFileURL(path.join(root, "lib/node-test.js")))};
    const api = useOpenProspect();
    test("creates an order", async () => {
      const { status } = await fetch(api.apiUrl + "/orders", { method: "POST", headers: api.headers });
      if (status !== 201) throw new Error(status);
    });
  `);
  const { code, output } = await node(["--test", "--test-reporter=tap", script]);
  assert.equal(code, 1, output);
  if (Number.parseInt(process.versions.node, 10) >= 22) {
    assert.match(output, /POST \/api\/v1\/orders -> 4\d\d/);
  }
  assert.doesNotMatch(output, /lnc_test_\w{32}/);
});

test("a server that does not start says why", async () => {
  await assert.rejects(startMockServer({ clock: "slow" }), /did not start: [^]*`slow` is not real, frozen/);
});

test("settings are options of the server", async () => {
  const server = await startMockServer({ seed: 7, noControl: true });
  assert.equal(server.controlUrl, "");
  assert.equal((await fetch(new URL("/_mock/organizations", server.apiUrl))).status, 404);
  await server.close();
  await server.close();
});

test("the judge has the exit code of the program", async () => {
  const program = path.join(folder, "judge");
  await writeFile(program, '#!/bin/sh\necho judged "$@"; exit 7\n');
  await chmod(program, 0o755);
  const judge = path.join(root, "bin/judge.js");
  const { code, output } = await node([judge, "client", "--", "true"], { env: { OPENPROSPECT_CONTRACT_TESTS: program } });
  assert.deepEqual([code, output], [7, "judged client -- true\n"]);
});

test("one executable is both programs", async () => {
  for (const [script, program] of [["server", "mock-server"], ["judge", "contract-tests"]]) {
    const { output } = await node([path.join(root, `bin/${script}.js`), "--version"]);
    assert.equal(output.split(" ")[0], program);
  }
});

/** A copy of the package where that for the platform is not found. */
async function alone() {
  const copy = path.join(folder, "alone");
  await cp(root, copy, { recursive: true });
  return path.join(copy, "bin/judge.js");
}

test("a program that is missing names the package, the file of a release and the variable", async () => {
  const { code, output } = await node([await alone()], { env: { PATH: "/nowhere" } });
  assert.equal(code, 1);
  assert.match(output, /the package @openprospect-mock\/(\w+-\w+) nor a contract-tests on the PATH[^]*openprospect-mock-\1-\d+\.\d+\.\d+\.tgz/);
  assert.match(output, /OPENPROSPECT_CONTRACT_TESTS/);
});

test("without the package for the platform, the program on the PATH is used", async () => {
  const programs = path.join(folder, "programs");
  await mkdir(programs);
  await writeFile(path.join(programs, "contract-tests"), "#!/bin/sh\necho found\n", { mode: 0o755 });
  const { code, output } = await node([await alone()], { env: { PATH: ["/nowhere", programs].join(path.delimiter) } });
  assert.deepEqual([code, output], [0, "found\n"]);
});

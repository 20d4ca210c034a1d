// Whole test runs: what they print, and what they leave behind.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import http from "node:http";
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
    test("has a wrong key", async () => {
      const { status } = await fetch(api.apiUrl + "/orders", { headers: { Authorization: "Bearer wrong" } });
      if (status !== 200) throw new Error(status);
    });
  `);
  const { code, output } = await node(["--test", "--test-reporter=tap", script]);
  assert.equal(code, 1, output);
  if (Number.parseInt(process.versions.node, 10) >= 22) {
    assert.match(output, /POST \/api\/v1\/orders -> 4\d\d/);
    assert.match(output, /none with the key of this test[^]*Without a valid key[^]*GET \/api\/v1\/orders -> 401/);
  }
  assert.doesNotMatch(output, /lnc_test_\w{32}/);
});

const HELPER = JSON.stringify(pathToFileURL(path.join(root, "lib/node-test.js")));

test("a failed test whose server is gone shows its own error", async () => {
  const script = await file("gone.test.mjs", `
    import test from "node:test";
    import { sharedServer } from ${JSON.stringify(index)};
    import { useOpenProspect } from ${HELPER};
    const api = useOpenProspect();
    test("stops the server", async () => {
      await (await sharedServer()).close();
      throw new Error("of the test");
    });
  `);
  const { code, output } = await node(["--test", "--test-reporter=tap", script]);
  assert.equal(code, 1, output);
  assert.match(output, /error: 'of the test'/);
  assert.doesNotMatch(output, /hookFailed/);
  if (Number.parseInt(process.versions.node, 10) >= 22) {
    assert.match(output, /not available: [^\n]*ECONNREFUSED/);
  }
});

test("a test that cannot begin leaves no organization behind", async () => {
  const sent = [];
  const control = http.createServer((request, response) => {
    sent.push(`${request.method} ${request.url}`);
    response.statusCode = request.url.startsWith("/journal") ? 500 : 200;
    response.end(JSON.stringify({ name: "own", minted: [{ key: "key", id: "id" }], message: "no journal" }));
  });
  await once(control.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${control.address().port}`;
  const script = await file("unbegun.test.mjs", `
    import test from "node:test";
    import { useOpenProspect } from ${HELPER};
    const api = useOpenProspect();
    test("never runs", () => {});
  `);
  const env = { OPENPROSPECT_API_URL: url, OPENPROSPECT_CONTROL_URL: url };
  const { code, output } = await node(["--test", "--test-reporter=tap", script], { env });
  control.close();
  assert.equal(code, 1, output);
  assert.match(output, /no journal/);
  assert.deepEqual(sent, ["POST /organizations", "GET /journal?limit=0", "DELETE /organizations/own"]);
});

test("tests of one file that run at the same time are told what to use", async () => {
  const script = await file("concurrent.test.mjs", `
    import { describe, test } from "node:test";
    import { useOpenProspect } from ${HELPER};
    const api = useOpenProspect();
    const all = [];
    describe("concurrent", { concurrency: true }, () => {
      for (const number of [1, 2]) {
        test("test " + number, async () => {
          await new Promise((resolve) => {
            all.push(resolve);
            if (all.length === 2) all.forEach((each) => each());
          });
          await api.journal.requests();
        });
      }
    });
  `);
  const { code, output } = await node(["--test", "--test-reporter=tap", script]);
  assert.equal(code, 1, output);
  assert.match(output, /run at the same time[^]*`const api = await organization\(\)` in each test/);
});

test("a part of a test has an organization, too", async () => {
  const script = await file("parts.test.mjs", `
    import assert from "node:assert/strict";
    import { test } from "node:test";
    import { useOpenProspect } from ${HELPER};
    const api = useOpenProspect();
    test("whole", async (t) => {
      const { name } = api;
      await t.test("part", () => assert.notEqual(api.name, name));
      assert.equal(api.name, name);
    });
  `);
  const { code, output } = await node(["--test", "--test-reporter=tap", script]);
  assert.equal(code, 0, output);
});

test("a server that does not start says why", async () => {
  await assert.rejects(startMockServer({ clock: "slow" }), /did not start: [^]*`slow` is not real, frozen/);
});

test("a server with TLS and a control token has organizations", async () => {
  const server = await startMockServer({ tls: true, controlToken: "of this test" });
  const organization = await server.organization();
  assert.equal(new URL(organization.apiUrl).protocol, "https:");
  const client = await file("client.mjs", `
    const headers = { Authorization: "Bearer " + process.env.OPENPROSPECT_API_KEY };
    console.log((await fetch(process.env.OPENPROSPECT_API_URL + "/orders", { headers })).status);
  `);
  assert.equal((await node([client], { env: organization.env })).output, "200\n");
  await organization.journal.assertSent("list_orders", { exactly: 1 });
  await organization.close();
  await server.close();
});

test("a sandbox with TLS that runs already has organizations", async () => {
  const script = await file("attached.mjs", `
    import { organization } from ${JSON.stringify(index)};
    const { apiUrl, headers } = await organization();
    console.log(new URL(apiUrl).protocol, (await fetch(apiUrl + "/orders", { headers })).status);
  `);
  const command = ["run", "--tls", "--", process.execPath, script];
  const { output } = await node([path.join(root, "bin/server.js"), ...command]);
  assert.equal(output, "https: 200\n");
});

test("without TLS, the certificates that the environment names are for others", async () => {
  const server = await startMockServer();
  const script = await file("plain.mjs", `
    import { organization } from ${JSON.stringify(index)};
    const { caFile, env } = await organization();
    console.log(caFile, env.SSL_CERT_FILE, env.CURL_CA_BUNDLE);
  `);
  const env = {
    OPENPROSPECT_API_URL: server.apiUrl,
    OPENPROSPECT_CONTROL_URL: server.controlUrl,
    SSL_CERT_FILE: "/no/such/file",
  };
  assert.equal((await node([script], { env })).output, "undefined undefined undefined\n");
  await server.close();
});

test("a control token is in no argument, however the setting is spelled", async () => {
  for (const name of ["controlToken", "control_token", "control-token"]) {
    const server = await startMockServer({ [name]: "of this test" });
    await (await server.organization()).close();
    if (process.platform === "linux") {
      assert.doesNotMatch(await readFile(`/proc/${server.pid}/cmdline`, "latin1"), /of this test/);
    }
    await server.close();
  }
});

test("a port that is not set is free", async () => {
  const servers = [await startMockServer({ port: undefined }), await startMockServer({ port: null })];
  const ports = servers.map(({ apiUrl }) => new URL(apiUrl).port);
  assert.ok(ports[0] !== ports[1] && !ports.includes("8000"), String(ports));
  await Promise.all(servers.map((server) => server.close()));
});

test("a control token is read from the file that holds it", async () => {
  const controlTokenFile = path.join(folder, "token");
  await writeFile(controlTokenFile, "of a file\n");
  const server = await startMockServer({ controlTokenFile });
  await (await server.organization()).close();
  await server.close();
});

test("a list is an option that is repeated, and what is not set is none", async () => {
  const server = await startMockServer({ cors: ["http://a.example", "http://b.example"], scenario: undefined });
  const { headers } = await fetch(`${server.apiUrl}/orders`, { headers: { Origin: "http://b.example" } });
  assert.equal(headers.get("access-control-allow-origin"), "http://b.example");
  await server.close();
});

test("settings are options of the server", async () => {
  const server = await startMockServer({ seed: 7, noControl: true });
  assert.equal(server.controlUrl, "");
  assert.equal((await fetch(new URL("/_mock/organizations", server.apiUrl))).status, 404);
  await assert.rejects(server.organization(), /the control API of this server is disabled/);
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

const READY = "--port=0 --ready-json".split(" ");
const COMMAND = ["--", "/bin/sh", "-c", "echo started; exec sleep 600"];
for (const signal of ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGKILL"]) {
  for (const [name, args] of [
    ["the server", READY],
    ["the command of a sandbox", ["run", ...COMMAND]],
  ]) {
    test(`${signal} to the script ends ${name}`, PATIENCE, async () => {
      const started = (child, output) => output.endsWith("\n") && child.kill(signal);
      // Resolves when all of them have ended.
      const ended = await node([path.join(root, `bin/server.js`), ...args], { started });
      assert.equal(ended.signal, signal === "SIGKILL" ? signal : null, ended.output);
    });
  }
}

/** A copy of the package where that for the platform is not found. */
async function alone() {
  const copy = path.join(folder, "alone");
  await cp(root, copy, { recursive: true });
  return path.join(copy, "bin/judge.js");
}

test("a program that is missing names the package, the file of a release and the variable", async () => {
  const { code, output } = await node([await alone()], { env: { PATH: "/nowhere" } });
  assert.equal(code, 1);
  assert.match(output, /^error: [^\n]*\n$/);
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

test("the script of this package, or of that for Python, is not taken for the program", PATIENCE, async () => {
  const script = await alone();
  const scripts = path.join(folder, "scripts");
  await mkdir(scripts);
  // As npm installs it, and as pip does.
  await symlink(script, path.join(scripts, "contract-tests"));
  await chmod(script, 0o755);
  const env = { PATH: [scripts, path.dirname(process.execPath)].join(path.delimiter) };
  assert.match((await node([script], { env })).output, /contract-tests is not installed/);
  await rm(path.join(scripts, "contract-tests"));
  const python = "#!/bin/sh\necho from openprospect_mock.judge import main\n";
  await writeFile(path.join(scripts, "contract-tests"), python, { mode: 0o755 });
  assert.match((await node([script], { env })).output, /contract-tests is not installed/);
});

// Finds and starts the programs: those that a variable names, those of the package for this platform, or those on the PATH.
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** The variables that name another program. */
const VARIABLES = {
  "mock-server": "OPENPROSPECT_MOCK_SERVER",
  "contract-tests": "OPENPROSPECT_CONTRACT_TESTS",
};

const PLATFORM = `${process.platform}-${process.arch}`;
const PACKAGE = `@openprospect-mock/${PLATFORM}`;
const EXTENSION = process.platform === "win32" ? ".exe" : "";

/** Starts a program. The package has both in one executable, which runs as the one whose name it is started by. */
export function start(program, args, options) {
  return spawn(find(program), args, { argv0: program, ...options });
}

function find(program) {
  const variable = VARIABLES[program];
  const named = process.env[variable];
  if (named) {
    return named;
  }
  const found = inPackage() ?? onPath(program);
  if (!found) {
    const { version } = require("../package.json");
    throw new Error(
      `${program} is not installed: there is neither the package ${PACKAGE} nor a ${program} on the PATH. ` +
        `Of a release, install openprospect-mock-${PLATFORM}-${version}.tgz, too; ` +
        `or set ${variable} to the path of the program.`,
    );
  }
  return found;
}

/** The executable of the package for this platform, beside this one or in the project that uses it. */
function inPackage() {
  try {
    const paths = [path.dirname(fileURLToPath(import.meta.url)), process.cwd()];
    const folder = path.dirname(require.resolve(`${PACKAGE}/package.json`, { paths }));
    return path.join(folder, "bin", `contract-tests${EXTENSION}`);
  } catch {
    return undefined;
  }
}

function onPath(program) {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => path.join(folder, program + EXTENSION)).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program with the arguments of this process, and ends with its exit code. */
export function runAsThisProcess(program) {
  const child = start(program, process.argv.slice(2), { stdio: "inherit" });
  // Ctrl-C reaches the program by itself; this process waits for its end.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", (error) => {
    console.error(`error: ${error.message}`);
    process.exitCode = 127;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + os.constants.signals[signal];
  });
}

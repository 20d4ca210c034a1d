// Finds and starts the programs: those that a variable names, or those of the optional package for this platform.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const require = createRequire(import.meta.url);

/** The variables that name another program. */
const VARIABLES = {
  "mock-server": "OPENPROSPECT_MOCK_SERVER",
  "contract-tests": "OPENPROSPECT_CONTRACT_TESTS",
};

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
  const platform = `@openprospect-mock/${process.platform}-${process.arch}`;
  const extension = process.platform === "win32" ? ".exe" : "";
  try {
    const folder = path.dirname(require.resolve(`${platform}/package.json`));
    return path.join(folder, "bin", `contract-tests${extension}`);
  } catch {
    throw new Error(
      `${program} is not installed: npm left out the optional package ${platform}. ` +
        `Install it, or set ${variable} to the path of the program.`,
    );
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

// Runs a program in place of this process, as far as Node can.
const { spawn } = require("node:child_process");
const os = require("node:os");

const { start } = require("./binary.js");

const IS_WINDOWS = process.platform === "win32";

/**
 * The signals that are passed on. One from the terminal reaches the program by itself, too; to it, a second one is like the
 * first. On Windows, the console sends them to all processes, and Node would kill the program instead.
 */
const FORWARDED = IS_WINDOWS ? ["SIGTERM"] : ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"];

/** Waits until this process closes the pipe at its standard input, and then stops the program. */
const GUARD = 'read -r _; kill -TERM "$0" 2>/dev/null';

/** Runs a program with the arguments of this process, and ends with its exit code. */
function runAsThisProcess(program) {
  process.on("SIGINT", () => {});
  let child;
  try {
    child = start(program, process.argv.slice(2), { stdio: "inherit" });
  } catch (error) {
    return fail(error, 1);
  }
  for (const signal of FORWARDED) {
    process.on(signal, () => child.kill(signal));
  }
  const guard = guardOf(child);
  child.on("error", (error) => fail(error, 127));
  child.on("exit", (code, signal) => {
    guard?.kill();
    process.exitCode = code ?? 128 + os.constants.signals[signal];
  });
}

function fail(error, code) {
  console.error(`error: ${error.message}`);
  process.exitCode = code;
}

/** Starts a process that stops the program if this one is killed. A terminal does not interrupt it. */
function guardOf(child) {
  if (IS_WINDOWS || child.pid === undefined) {
    return undefined;
  }
  const guard = spawn("/bin/sh", ["-c", GUARD, String(child.pid)], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  // Without a shell, the program runs all the same.
  guard.on("error", () => {});
  guard.unref();
  guard.stdin.on("error", () => {}).unref();
  return guard;
}

module.exports = { runAsThisProcess };

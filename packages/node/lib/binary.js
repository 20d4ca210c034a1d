// Finds and starts the programs: those that a variable names, those of the package for this platform, or those on the PATH.
const { spawn } = require("node:child_process");
const { accessSync, closeSync, constants, openSync, readSync } = require("node:fs");
const path = require("node:path");

/** The variables that name another program. */
const VARIABLES = {
  "mock-server": "OPENPROSPECT_MOCK_SERVER",
  "contract-tests": "OPENPROSPECT_CONTRACT_TESTS",
};

const PLATFORM = `${process.platform}-${process.arch}`;
const PACKAGE = `@openprospect-mock/${PLATFORM}`;
const EXTENSION = process.platform === "win32" ? ".exe" : "";

/** Starts a program. The package has both in one executable, which runs as the one whose name it is started by. */
function start(program, args, options) {
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
    const paths = [__dirname, process.cwd()];
    const folder = path.dirname(require.resolve(`${PACKAGE}/package.json`, { paths }));
    return path.join(folder, "bin", `contract-tests${EXTENSION}`);
  } catch {
    return undefined;
  }
}

function onPath(program) {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const files = folders.map((folder) => path.join(folder, program + EXTENSION));
  return files.find((file) => isExecutable(file) && !isOwnScript(file));
}

/** Whether a file is a script that this package, or that for Python, has installed: it would look for the program again, for ever. */
function isOwnScript(file) {
  const head = beginning(file);
  return head.startsWith("#!") && /openprospect_mock|of openprospect-mock\./.test(head);
}

/** The first bytes of a file; none of what cannot be read, such as a folder. */
function beginning(file) {
  const buffer = Buffer.alloc(1024);
  let opened;
  try {
    opened = openSync(file);
    return buffer.toString("latin1", 0, readSync(opened, buffer));
  } catch {
    return "";
  } finally {
    if (opened !== undefined) {
      closeSync(opened);
    }
  }
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

module.exports = { start };

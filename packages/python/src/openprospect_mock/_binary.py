"""Finds and starts the programs that come with this package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SERVER = "mock-server"
JUDGE = "contract-tests"

#: The variables that name another program.
VARIABLES = {SERVER: "OPENPROSPECT_MOCK_SERVER", JUDGE: "OPENPROSPECT_CONTRACT_TESTS"}


class BinaryNotFound(RuntimeError):
    """A program of this package is not installed."""


def find(program: str) -> str:
    """The path of a program: of its variable, of this package, or on the ``PATH``.

    Both programs are one executable in this package, which runs as the one whose name it is started by.
    """
    variable = VARIABLES[program]
    named = os.environ.get(variable)
    if named:
        return named
    packed = Path(__file__).parent / "bin" / (JUDGE + (".exe" if sys.platform == "win32" else ""))
    if packed.is_file():
        return str(packed)
    found = shutil.which(program)
    if found is None:
        raise BinaryNotFound(f"{program} is not installed; reinstall openprospect-mock, or set {variable} to its path")
    return found


def replace_process(program: str) -> int:
    """Runs a program with the arguments of this process, and returns its exit code."""
    executable = find(program)
    arguments = [program, *sys.argv[1:]]
    if sys.platform == "win32":
        return subprocess.run(arguments, executable=executable).returncode
    os.execv(executable, arguments)

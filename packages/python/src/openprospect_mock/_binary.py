"""Finds and starts the programs that come with this package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

SERVER = "mock-server"
JUDGE = "contract-tests"

#: The variables that name another program.
VARIABLES = {SERVER: "OPENPROSPECT_MOCK_SERVER", JUDGE: "OPENPROSPECT_CONTRACT_TESTS"}


class BinaryNotFound(RuntimeError):
    """A program of this package is not installed."""


def find(program: str) -> str:
    """The path of a program: of its variable, which may be a name on the ``PATH``, of this package, or on the ``PATH``.

    Both programs are one executable in this package, which runs as the one whose name it is started by.
    """
    variable = VARIABLES[program]
    named = os.environ.get(variable)
    if named:
        is_path = os.path.dirname(named) != ""
        return named if is_path else on_path(named) or named
    packed = Path(__file__).parent / "bin" / (JUDGE + (".exe" if sys.platform == "win32" else ""))
    if packed.is_file():
        return str(packed)
    found = on_path(program)
    if found is None:
        raise BinaryNotFound(f"{program} is not installed; reinstall openprospect-mock, or set {variable} to its path")
    return found


def on_path(program: str) -> str | None:
    """The program on the ``PATH``, but for scripts of this package, which would look for it again, for ever."""
    found = (shutil.which(program, path=folder) for folder in os.get_exec_path())
    return next((file for file in found if file and not is_own_script(file)), None)


def is_own_script(file: str) -> bool:
    """Whether a file is a script that this package, or that for Node, has installed."""
    if sys.platform == "win32":  # where pip makes an executable of it
        return Path(file).parent == Path(sysconfig.get_path("scripts"))
    with open(file, "rb") as opened:
        head = opened.read(1024)
    return head.startswith(b"#!") and (b"openprospect_mock" in head or b"of openprospect-mock." in head)


def replace_process(program: str) -> int:
    """Runs a program with the arguments of this process, and returns its exit code."""
    executable = find(program)
    arguments = [program, *sys.argv[1:]]
    if sys.platform == "win32":
        return subprocess.run(arguments, executable=executable).returncode
    os.execv(executable, arguments)

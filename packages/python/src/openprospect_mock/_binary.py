"""Finds the programs that come with this package."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import Iterator

SERVER = "mock-server"
JUDGE = "contract-tests"

#: The variables that name another program.
VARIABLES = {SERVER: "OPENPROSPECT_MOCK_SERVER", JUDGE: "OPENPROSPECT_CONTRACT_TESTS"}


class BinaryNotFound(RuntimeError):
    """A program of this package is not installed."""


def find(program: str) -> str:
    """The path of a program: of its variable, of this installation, or on the ``PATH``."""
    variable = VARIABLES[program]
    named = os.environ.get(variable)
    if named:
        return named
    name = program + (".exe" if sys.platform == "win32" else "")
    for folder in _folders():
        if (folder / name).is_file():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise BinaryNotFound(f"{name} is not installed; reinstall openprospect-mock, or set {variable} to its path")
    return found


def _folders() -> Iterator[Path]:
    """Where pip puts the programs of a package: of this environment, of the user, and with ``--target``."""
    yield Path(sysconfig.get_path("scripts"))
    user = f"{os.name}_user"
    if user in sysconfig.get_scheme_names():
        yield Path(sysconfig.get_path("scripts", scheme=user))
    yield Path(__file__).parent.parent / "bin"


def replace_process(program: str) -> int:
    """Runs a program with the arguments of this process, and returns its exit code."""
    arguments = [find(program), *sys.argv[1:]]
    if sys.platform == "win32":
        import subprocess

        return subprocess.run(arguments).returncode
    os.execv(arguments[0], arguments)

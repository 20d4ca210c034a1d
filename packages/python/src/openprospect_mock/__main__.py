"""``python -m openprospect_mock``: the server."""

import sys

from ._binary import SERVER, replace_process


def main() -> int:
    """Runs the server with the arguments of this process, and returns its exit code."""
    return replace_process(SERVER)


if __name__ == "__main__":
    sys.exit(main())

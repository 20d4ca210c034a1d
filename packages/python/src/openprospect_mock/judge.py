"""``python -m openprospect_mock.judge``: the judge of servers and clients, such as ``client -- python my_client.py``."""

import sys

from ._binary import JUDGE, replace_process


def main() -> int:
    """Runs the judge with the arguments of this process, and returns its exit code."""
    return replace_process(JUDGE)


if __name__ == "__main__":
    sys.exit(main())

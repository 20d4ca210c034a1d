"""``python -m openprospect_mock.judge``: the judge of servers and clients, such as ``client -- python my_client.py``."""

import sys

from ._binary import JUDGE, replace_process

if __name__ == "__main__":
    sys.exit(replace_process(JUDGE))

"""``python -m openprospect_mock``: the server."""

import sys

from ._binary import SERVER, replace_process

if __name__ == "__main__":
    sys.exit(replace_process(SERVER))

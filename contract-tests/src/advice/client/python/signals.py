import signal
import sys


def stop(*_: object) -> None:
    """Raises SystemExit in the main thread, which ends its request or wait at once. Start other threads with `daemon=True`."""
    sys.exit(143)


signal.signal(signal.SIGTERM, stop)

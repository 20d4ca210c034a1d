import signal
import sys
import threading

stopped = threading.Event()


def stop(*_: object) -> None:
    stopped.set()


signal.signal(signal.SIGTERM, stop)


def wait(seconds: float) -> None:
    """Use this in place of time.sleep: SIGTERM ends it at once."""
    if stopped.wait(seconds):
        sys.exit(143)

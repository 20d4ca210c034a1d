import logging
import re

KEY = re.compile(r"(lnc_(?:live|test)_)\w*(\w{4})")


def masked(text: str) -> str:
    """The prefix and the last four characters tell keys apart."""
    return KEY.sub(r"\1…\2", text)


class MaskKeys(logging.Formatter):
    """Masks keys in messages, their arguments and tracebacks: `handler.setFormatter(MaskKeys())`."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))

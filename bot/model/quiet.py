"""Silences the loggers of the HTTP stack below the model."""

from __future__ import annotations

import logging

# At DEBUG httpcore2 writes a SOCKS proxy's user and password and every header of a reply; at INFO httpx2
# writes each URL. openai writes neither today, and whatever it writes is of no use beside our own line.
_LOUD = ("openai", "httpx2", "httpcore2")


def quiet_loggers() -> None:
    """Lets only warnings of openai, httpx2 and httpcore2 through, whatever the root's level is."""
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)

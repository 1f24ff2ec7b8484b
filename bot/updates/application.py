"""The type of PTB's `Application`: nobody here uses any of its six parameters."""

from __future__ import annotations

from typing import Any, TypeAlias

from telegram.ext import Application

PTBApplication: TypeAlias = Application[Any, Any, Any, Any, Any, Any]

"""Untrusted files, read in a process of their own."""

from bot.files.reader import FileReader, Limits, Picture, ReadText, Sound, Unreadable, Why

__all__ = ["FileReader", "Limits", "Picture", "ReadText", "Sound", "Unreadable", "Why"]

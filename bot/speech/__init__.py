"""Speech recognition: a recording in, its words out, or a failure of a named kind."""

from bot.speech.config import SpeechConfig
from bot.speech.outcomes import Heard, SpeechFailure, SpeechFailureKind
from bot.speech.recognition import Container, Speech

__all__ = ["Container", "Heard", "Speech", "SpeechConfig", "SpeechFailure", "SpeechFailureKind"]

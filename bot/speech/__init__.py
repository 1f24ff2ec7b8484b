"""Speech recognition: a recording in, its words out, or a failure of a named kind."""

from bot.speech.config import SpeechConfig
from bot.speech.outcomes import SpeechFailure, SpeechFailureKind
from bot.speech.recognition import Speech

__all__ = ["Speech", "SpeechConfig", "SpeechFailure", "SpeechFailureKind"]

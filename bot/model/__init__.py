"""The model: the blocking call in its own threads, and the few outcomes it can have."""

from bot.model.config import ModelConfig
from bot.model.model import Model
from bot.model.outcomes import FailureKind, ModelFailure, ModelReply
from bot.model.quiet import quiet_loggers

__all__ = ["FailureKind", "Model", "ModelConfig", "ModelFailure", "ModelReply", "quiet_loggers"]

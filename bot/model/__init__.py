"""Asks the model: the blocking call in threads of its own, and the few results it can have."""

from bot.model.async_model import Model
from bot.model.config import ModelConfig
from bot.model.results import FailureKind, ModelFailure, ModelReply

__all__ = ["FailureKind", "Model", "ModelConfig", "ModelFailure", "ModelReply"]

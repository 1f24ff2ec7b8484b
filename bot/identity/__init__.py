"""Who the bot is to the provider where it has no API key: IAM tokens, renewed ahead of their end."""

from bot.identity.key_file import AuthorizedKey, BadKeyFile, read_key
from bot.identity.sources import KeySource, MetadataSource
from bot.identity.tokens import IamTokens

__all__ = ["AuthorizedKey", "BadKeyFile", "IamTokens", "KeySource", "MetadataSource", "read_key"]

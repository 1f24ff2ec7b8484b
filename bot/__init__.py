"""A Telegram bot that answers with YandexGPT."""

"""A local Telegram and a local model, for the tests and the demo."""

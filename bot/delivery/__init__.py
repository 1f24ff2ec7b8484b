"""Everything that goes out to Telegram: the transport, the flood limits and the showing of answers."""

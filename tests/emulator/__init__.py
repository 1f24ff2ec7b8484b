"""The emulator, spoken to over HTTP as a bot would."""

"""`python -m bot.health`: the image's health check, at a name that others have in their own files."""

import sys

from bot.operating.health import main

if __name__ == "__main__":
    sys.exit(main())

"""The bot of a tutorial, to measure beside ours: each message goes to the model in a thread, and comes back.

`python -m benchmarks.tutorial [concurrent]`; addresses and keys as ours takes them.
"""

import asyncio
import os
import sys
from typing import Any

from openai import OpenAI
from telegram import Update
from telegram.ext import Application, MessageHandler, filters

FOLDER = os.environ["YANDEX_CLOUD_FOLDER"]
CLIENT = OpenAI(
    api_key=os.environ["YANDEX_CLOUD_API_KEY"], base_url=os.environ["YANDEX_CLOUD_BASE_URL"], project=FOLDER
)


async def reply(update: Update, _context: Any) -> None:
    if update.message is not None and update.message.text is not None:
        response = await asyncio.to_thread(
            CLIENT.responses.create,
            model=f"gpt://{FOLDER}/yandexgpt-lite",
            input=update.message.text,
            temperature=0.8,
            max_output_tokens=1500,
        )
        await update.message.reply_text(response.output_text)


builder = Application.builder().token(os.environ["TELEGRAM_BOT_TOKEN"])
builder = builder.base_url(os.environ["TELEGRAM_API_URL"] + "/bot").concurrent_updates(
    "concurrent" in sys.argv
)
application = builder.build()
application.add_handler(MessageHandler(filters.TEXT, reply))
application.run_polling()

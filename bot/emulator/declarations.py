"""The Bot API's schema, for the methods served: every field with its type, `!` where it is required.

From https://core.telegram.org/bots/api (Bot API 10.3, 24 August 2026). Types: `chat` is an integer or
`@username`; `file` an upload, a file_id or a URL; `[T]` a list; a capitalised name one of `OBJECTS`; `|` an
alternative. Required too is what only rich and ephemeral messages, which are not modelled, do without.
"""

from __future__ import annotations

_SEND = (
    "business_connection_id:str chat_id!:chat message_thread_id:int direct_messages_topic_id:int "
    "disable_notification:bool protect_content:bool allow_paid_broadcast:bool message_effect_id:str "
    "suggested_post_parameters:any ephemeral_message_parameters:EphemeralMessageParameters "
    "receiver_user_id:int callback_query_id:str "
    "reply_parameters:ReplyParameters reply_markup:Keyboard "
)
_TEXT = "parse_mode:str entities:[MessageEntity] link_preview_options:LinkPreviewOptions "
_CAPTION = "caption:str parse_mode:str caption_entities:[MessageEntity] "
_WHICH = "business_connection_id:str chat_id:chat message_id:int inline_message_id:str "
_SCOPE = "scope:BotCommandScope language_code:str "

METHODS = {
    "getMe": "",
    "getUpdates": "offset:int limit:int timeout:int allowed_updates:[str]",
    "setWebhook": "url!:str certificate:file ip_address:str max_connections:int allowed_updates:[str] "
    "drop_pending_updates:bool secret_token:str",
    "deleteWebhook": "drop_pending_updates:bool",
    "getWebhookInfo": "",
    "sendMessage": _SEND + _TEXT + "text!:str",
    "sendMessageDraft": "chat_id!:int message_thread_id:int draft_id!:int text:str parse_mode:str "
    "entities:[MessageEntity] can_stop:bool keep_on_stop:bool",
    "sendDocument": _SEND + _CAPTION + "document!:file thumbnail:file disable_content_type_detection:bool",
    "sendPhoto": _SEND + _CAPTION + "photo!:file show_caption_above_media:bool has_spoiler:bool",
    "sendChatAction": "business_connection_id:str chat_id!:chat message_thread_id:int action!:str",
    "setMessageReaction": "chat_id!:chat message_id!:int reaction:[ReactionType] is_big:bool",
    "editMessageText": _WHICH + _TEXT + "text!:str rich_message:any reply_markup:InlineKeyboardMarkup",
    "editMessageCaption": _WHICH
    + _CAPTION
    + "show_caption_above_media:bool reply_markup:InlineKeyboardMarkup",
    "editMessageReplyMarkup": _WHICH + "reply_markup:InlineKeyboardMarkup",
    "editMessageMedia": _WHICH + "media!:InputMedia reply_markup:InlineKeyboardMarkup",
    "deleteMessage": "chat_id!:chat message_id!:int",
    "deleteMessages": "chat_id!:chat message_ids!:[int]",
    "answerCallbackQuery": "callback_query_id!:str text:str show_alert:bool url:str cache_time:int",
    "getFile": "file_id!:str",
    "getChat": "chat_id!:chat",
    "getChatMember": "chat_id!:chat user_id!:int",
    "getChatAdministrators": "chat_id!:chat return_bots:bool",
    "getChatMemberCount": "chat_id!:chat",
    "leaveChat": "chat_id!:chat",
    "setMyCommands": "commands!:[BotCommand] " + _SCOPE,
    "getMyCommands": _SCOPE,
    "deleteMyCommands": _SCOPE,
    "setMyName": "name:str language_code:str",
    "getMyName": "language_code:str",
    "setMyDescription": "description:str language_code:str",
    "getMyDescription": "language_code:str",
    "setMyShortDescription": "short_description:str language_code:str",
    "getMyShortDescription": "language_code:str",
}

OBJECTS = {
    "MessageEntity": "type!:str offset!:int length!:int url:str user:any language:str custom_emoji_id:str "
    "unix_time:int date_time_format:str",
    "LinkPreviewOptions": "is_disabled:bool url:str prefer_small_media:bool prefer_large_media:bool "
    "show_above_text:bool",
    "EphemeralMessageParameters": "receiver_user_id!:int callback_query_id:str "
    "replace_callback_query_message:bool",
    "ReplyParameters": "message_id!:int ephemeral_message_id:int chat_id:chat "
    "allow_sending_without_reply:bool quote:str quote_parse_mode:str quote_entities:[MessageEntity] "
    "quote_position:int checklist_task_id:int poll_option_id:str",
    "Keyboard": "InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply",
    "InlineKeyboardMarkup": "inline_keyboard!:[[InlineKeyboardButton]] force_reply:bool",
    "InlineKeyboardButton": "text!:str icon_custom_emoji_id:str style:str url:str callback_data:str "
    "web_app:any login_url:any switch_inline_query:str switch_inline_query_current_chat:str "
    "switch_inline_query_chosen_chat:any copy_text:CopyTextButton callback_game:any pay:bool "
    "disabled:DisabledButton",
    "CopyTextButton": "text!:str",
    "DisabledButton": "",
    "ReplyKeyboardMarkup": "keyboard!:[[any]] is_persistent:bool resize_keyboard:bool one_time_keyboard:bool "
    "input_field_placeholder:str selective:bool force_reply:bool",
    "ReplyKeyboardRemove": "remove_keyboard!:bool selective:bool",
    "ForceReply": "force_reply!:bool input_field_placeholder:str selective:bool",
    "ReactionType": "type!:str emoji:str custom_emoji_id:str",
    "BotCommand": "command!:str description!:str is_ephemeral:bool",
    "BotCommandScope": "type!:str chat_id:chat user_id:int",
    "InputMedia": "type!:str media!:str thumbnail:str has_spoiler:bool show_caption_above_media:bool "
    "disable_content_type_detection:bool " + _CAPTION,
}

"""What the Bot API 10.3 (24 August 2026) gives to bots, in the notation of `bot.emulator.declarations`.

`any` is what the emulator never sends; fields that were deprecated are left out.
"""

from __future__ import annotations

OBJECTS = {
    "Update": "update_id!:int message:Message edited_message:Message channel_post:Message "
    "edited_channel_post:Message business_connection:any business_message:Message "
    "edited_business_message:Message deleted_business_messages:any guest_message:Message "
    "message_reaction:MessageReactionUpdated message_reaction_count:any inline_query:any "
    "chosen_inline_result:any callback_query:CallbackQuery shipping_query:any pre_checkout_query:any "
    "purchased_paid_media:any poll:Poll poll_answer:any my_chat_member:ChatMemberUpdated "
    "chat_member:ChatMemberUpdated chat_join_request:any chat_boost:any removed_chat_boost:any "
    "managed_bot:any subscription:any stopped_message_generation:MessageGenerationStopped",
    "Message": "message_id!:int date!:int chat!:Chat message_thread_id:int direct_messages_topic:any "
    "from:User sender_chat:Chat sender_boost_count:int sender_business_bot:User sender_tag:str "
    "guest_query_id:str business_connection_id:str forward_origin:MessageOrigin is_topic_message:bool "
    "is_automatic_forward:bool reply_to_message:Message external_reply:ExternalReplyInfo quote:TextQuote "
    "reply_to_story:any reply_to_checklist_task_id:int reply_to_poll_option_id:str via_bot:User "
    "guest_bot_caller_user:User guest_bot_caller_chat:Chat edit_date:int has_protected_content:bool "
    "is_from_offline:bool is_paid_post:bool media_group_id:str author_signature:str paid_star_count:int "
    "text:str entities:[MessageEntity] link_preview_options:LinkPreviewOptions suggested_post_info:any "
    "effect_id:str animation:any audio:Audio document:Document live_photo:any paid_media:any "
    "photo:[PhotoSize] sticker:Sticker story:any video:Video video_note:VideoNote voice:Voice caption:str "
    "caption_entities:[MessageEntity] show_caption_above_media:bool has_media_spoiler:bool checklist:any "
    "contact:any dice:any game:any poll:Poll venue:any location:any new_chat_members:[User] "
    "left_chat_member:User chat_owner_left:any chat_owner_changed:any new_chat_title:str "
    "new_chat_photo:[PhotoSize] delete_chat_photo:bool group_chat_created:bool "
    "supergroup_chat_created:bool channel_chat_created:bool message_auto_delete_timer_changed:any "
    "migrate_to_chat_id:int migrate_from_chat_id:int pinned_message:MaybeMessage invoice:any "
    "successful_payment:any refunded_payment:any users_shared:any chat_shared:any gift:any "
    "unique_gift:any gift_upgrade_sent:any connected_website:str write_access_allowed:any "
    "passport_data:any proximity_alert_triggered:any boost_added:any chat_background_set:any "
    "checklist_tasks_done:any checklist_tasks_added:any direct_message_price_changed:any "
    "forum_topic_created:ForumTopicCreated forum_topic_edited:ForumTopicEdited "
    "forum_topic_closed:ForumTopicClosed forum_topic_reopened:ForumTopicReopened "
    "general_forum_topic_hidden:any general_forum_topic_unhidden:any giveaway_created:any giveaway:any "
    "giveaway_winners:any giveaway_completed:any managed_bot_created:any paid_message_price_changed:any "
    "poll_option_added:any poll_option_deleted:any suggested_post_approved:any "
    "suggested_post_approval_failed:any suggested_post_declined:any suggested_post_paid:any "
    "suggested_post_refunded:any video_chat_scheduled:any video_chat_started:any video_chat_ended:any "
    "video_chat_participants_invited:any web_app_data:any reply_markup:InlineKeyboardMarkup "
    "rich_message:any receiver_user:User ephemeral_message_id:int community_chat_added:any "
    "community_chat_removed:any community_chat_joined:any",
    "Chat": "id!:int type!:str title:str username:str first_name:str last_name:str is_forum:bool "
    "is_direct_messages:bool",
    "User": "id!:int is_bot!:bool first_name!:str last_name:str username:str language_code:str "
    "is_premium:bool added_to_attachment_menu:bool can_join_groups:bool can_read_all_group_messages:bool "
    "supports_guest_queries:bool supports_inline_queries:bool can_connect_to_business:bool "
    "has_main_web_app:bool has_topics_enabled:bool allows_users_to_create_topics:bool "
    "can_manage_bots:bool supports_join_request_queries:bool",
    "MessageEntity": "type!:str offset!:int length!:int url:str user:User language:str "
    "custom_emoji_id:str unix_time:int date_time_format:str",
    "InlineKeyboardMarkup": "inline_keyboard!:[[InlineKeyboardButton]] force_reply:bool",
    "InlineKeyboardButton": "text!:str icon_custom_emoji_id:str style:str url:str callback_data:str "
    "web_app:any login_url:any switch_inline_query:str switch_inline_query_current_chat:str "
    "switch_inline_query_chosen_chat:any copy_text:CopyTextButton callback_game:any pay:bool disabled:any",
    "CopyTextButton": "text!:str",
    "LinkPreviewOptions": "is_disabled:bool url:str prefer_small_media:bool prefer_large_media:bool "
    "show_above_text:bool",
    "TextQuote": "text!:str position!:int entities:[MessageEntity] is_manual:bool",
    "ExternalReplyInfo": "origin!:MessageOrigin chat:Chat message_id:int "
    "link_preview_options:LinkPreviewOptions animation:any audio:Audio document:Document live_photo:any "
    "paid_media:any photo:[PhotoSize] sticker:Sticker story:any video:Video video_note:VideoNote "
    "voice:Voice has_media_spoiler:bool checklist:any contact:any dice:any game:any giveaway:any "
    "giveaway_winners:any invoice:any location:any poll:Poll venue:any",
    "MessageOrigin": "MessageOriginUser|MessageOriginHiddenUser|MessageOriginChat|MessageOriginChannel",
    "MessageOriginUser": "type!:str date!:int sender_user!:User",
    "MessageOriginHiddenUser": "type!:str date!:int sender_user_name!:str",
    "MessageOriginChat": "type!:str date!:int sender_chat!:Chat author_signature:str",
    "MessageOriginChannel": "type!:str date!:int chat!:Chat message_id!:int author_signature:str",
    "PhotoSize": "file_id!:str file_unique_id!:str width!:int height!:int file_size:int",
    "Document": "file_id!:str file_unique_id!:str thumbnail:PhotoSize file_name:str mime_type:str "
    "file_size:int",
    "Voice": "file_id!:str file_unique_id!:str duration!:int mime_type:str file_size:int",
    "VideoNote": "file_id!:str file_unique_id!:str length!:int duration!:int thumbnail:PhotoSize "
    "file_size:int",
    "Audio": "file_id!:str file_unique_id!:str duration!:int performer:str title:str file_name:str "
    "mime_type:str file_size:int thumbnail:PhotoSize",
    "Video": "file_id!:str file_unique_id!:str width!:int height!:int duration!:int thumbnail:PhotoSize "
    "cover:[PhotoSize] start_timestamp:any qualities:[any] file_name:str mime_type:str file_size:int",
    "Sticker": "file_id!:str file_unique_id!:str type!:str width!:int height!:int is_animated!:bool "
    "is_video!:bool thumbnail:PhotoSize emoji:str set_name:str premium_animation:File mask_position:any "
    "custom_emoji_id:str needs_repainting:bool file_size:int",
    "Poll": "id!:str question!:str options!:[PollOption] total_voter_count!:int is_closed!:bool "
    "is_anonymous!:bool type!:str allows_multiple_answers!:bool allows_revoting!:bool members_only!:bool "
    "question_entities:[MessageEntity] country_codes:[str] correct_option_ids:[int] explanation:str "
    "explanation_entities:[MessageEntity] explanation_media:any open_period:int close_date:int "
    "description:str description_entities:[MessageEntity] media:any correct_option_id:int",
    "PollOption": "persistent_id!:str text!:str voter_count!:int text_entities:[MessageEntity] media:any "
    "added_by_user:User added_by_chat:Chat addition_date:int",
    "CallbackQuery": "id!:str from!:User chat_instance!:str message:MaybeMessage inline_message_id:str "
    "data:str game_short_name:str",
    "InaccessibleMessage": "chat!:Chat message_id!:int date!:int",
    "ChatMemberUpdated": "chat!:Chat from!:User date!:int old_chat_member!:ChatMember "
    "new_chat_member!:ChatMember invite_link:any via_join_request:bool via_chat_folder_invite_link:bool",
    "ChatMemberOwner": "status!:str user!:User is_anonymous!:bool custom_title:str",
    "ChatMemberAdministrator": "status!:str user!:User can_be_edited!:bool is_anonymous!:bool "
    "can_manage_chat!:bool can_delete_messages!:bool can_manage_video_chats!:bool "
    "can_restrict_members!:bool can_promote_members!:bool can_change_info!:bool can_invite_users!:bool "
    "can_post_stories!:bool can_edit_stories!:bool can_delete_stories!:bool "
    "can_send_welcome_messages!:bool can_post_messages:bool can_edit_messages:bool can_pin_messages:bool "
    "can_manage_topics:bool can_manage_direct_messages:bool can_manage_tags:bool custom_title:str",
    "ChatMemberMember": "status!:str user!:User tag:str until_date:int",
    "ChatMemberRestricted": "status!:str user!:User is_member!:bool can_send_messages!:bool "
    "can_send_audios!:bool can_send_documents!:bool can_send_photos!:bool can_send_videos!:bool "
    "can_send_video_notes!:bool can_send_voice_notes!:bool can_send_polls!:bool "
    "can_send_other_messages!:bool can_add_web_page_previews!:bool can_react_to_messages!:bool "
    "can_edit_tag!:bool can_change_info!:bool can_invite_users!:bool can_pin_messages!:bool "
    "can_manage_topics!:bool until_date!:int tag:str",
    "ChatMemberLeft": "status!:str user!:User",
    "ChatMemberBanned": "status!:str user!:User until_date!:int",
    "MessageReactionUpdated": "chat!:Chat message_id!:int date!:int old_reaction!:[ReactionType] "
    "new_reaction!:[ReactionType] user:User actor_chat:Chat",
    "ReactionTypeEmoji": "type!:str emoji!:str",
    "ForumTopicCreated": "name!:str icon_color!:int icon_custom_emoji_id:str is_name_implicit:bool",
    "ForumTopicEdited": "name:str icon_custom_emoji_id:str",
    "ForumTopicClosed": "",
    "ForumTopicReopened": "",
    "MessageGenerationStopped": "chat!:Chat draft_id!:int message_thread_id:int",
    "ChatFullInfo": "id!:int type!:str accent_color_id!:int max_reaction_count!:int "
    "accepted_gift_types!:AcceptedGiftTypes title:str username:str first_name:str last_name:str "
    "is_forum:bool is_direct_messages:bool photo:any active_usernames:[str] birthdate:any "
    "business_intro:any business_location:any business_opening_hours:any personal_chat:Chat "
    "parent_chat:Chat available_reactions:[ReactionType] background_custom_emoji_id:str "
    "profile_accent_color_id:int profile_background_custom_emoji_id:str emoji_status_custom_emoji_id:str "
    "emoji_status_expiration_date:int bio:str has_private_forwards:bool "
    "has_restricted_voice_and_video_messages:bool join_to_send_messages:bool join_by_request:bool "
    "description:str invite_link:str pinned_message:Message permissions:ChatPermissions "
    "can_send_paid_media:bool slow_mode_delay:int unrestrict_boost_count:int message_auto_delete_time:int "
    "has_aggressive_anti_spam_enabled:bool has_hidden_members:bool has_protected_content:bool "
    "has_visible_history:bool sticker_set_name:str can_set_sticker_set:bool "
    "custom_emoji_sticker_set_name:str linked_chat_id:int location:any rating:any "
    "first_profile_audio:Audio unique_gift_colors:any paid_message_star_count:int guard_bot:User "
    "community:any can_send_gift:bool",
    "ChatPermissions": "can_send_messages:bool can_send_audios:bool can_send_documents:bool "
    "can_send_photos:bool can_send_videos:bool can_send_video_notes:bool can_send_voice_notes:bool "
    "can_send_polls:bool can_send_other_messages:bool can_add_web_page_previews:bool "
    "can_react_to_messages:bool can_edit_tag:bool can_change_info:bool can_invite_users:bool "
    "can_pin_messages:bool can_manage_topics:bool",
    "AcceptedGiftTypes": "unlimited_gifts!:bool limited_gifts!:bool unique_gifts!:bool "
    "premium_subscription!:bool gifts_from_channels!:bool",
    "File": "file_id!:str file_unique_id!:str file_size:int file_path:str",
    "WebhookInfo": "url!:str has_custom_certificate!:bool pending_update_count!:int ip_address:str "
    "last_error_date:int last_error_message:str last_synchronization_error_date:int max_connections:int "
    "allowed_updates:[str]",
    "BotCommand": "command!:str description!:str is_ephemeral:bool",
    "BotName": "name!:str",
    "BotDescription": "description!:str",
    "BotShortDescription": "short_description!:str",
}

TOLD_BY = {
    "MessageOrigin": (
        "type",
        {
            "user": "MessageOriginUser",
            "hidden_user": "MessageOriginHiddenUser",
            "chat": "MessageOriginChat",
            "channel": "MessageOriginChannel",
        },
    ),
    "ChatMember": (
        "status",
        {
            "creator": "ChatMemberOwner",
            "administrator": "ChatMemberAdministrator",
            "member": "ChatMemberMember",
            "restricted": "ChatMemberRestricted",
            "left": "ChatMemberLeft",
            "kicked": "ChatMemberBanned",
        },
    ),
    "ReactionType": ("type", {"emoji": "ReactionTypeEmoji"}),
}
"""Unions: which field tells, and what each of its values means."""

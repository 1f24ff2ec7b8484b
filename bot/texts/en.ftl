# What the bot says in English.
# People's and the model's words come as variables only. No markup: texts are sent as they are.

## Dates and durations (put in place of a datetime and a timedelta)

moment =
    { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }, { $time } { $zone }

duration =
    { $unit ->
        [seconds] { $count ->
            [one] { $count } second
           *[other] { $count } seconds
        }
        [minutes] { $count ->
            [one] { $count } minute
           *[other] { $count } minutes
        }
        [hours] { $count ->
            [one] { $count } hour
           *[other] { $count } hours
        }
       *[days] { $count ->
            [one] { $count } day
           *[other] { $count } days
        }
    }

## First words and help

start-private =
    Hello! I answer questions with YandexGPT.

    Just write what you would like to know. I remember our conversation; to start a new one, send /new.

    /settings — temperature, model and more
    /help — everything I can do

start-group =
    Hello! I answer questions with YandexGPT.

    Mention @{ $bot }, reply to one of my messages, or send /ask with a question.

    /settings — temperature, model and more
    /help — everything I can do

help-private =
    Write your question as an ordinary message and I will answer it. Reply to one of my earlier messages, and the conversation goes on from there. Edit your question within 10 minutes, and I will edit my answer too.

help-group =
    To ask, mention @{ $bot }, reply to one of my messages, or send /ask with a question. Mention me or send /ask in reply to someone's message, and I will answer that message. Edit your question within 10 minutes, and I will edit my answer too.

help-attachments = I take in forwarded messages, text files, HTML, PDF and DOCX and, where the owner of this bot has turned them on, voice messages and pictures. Several pictures at once, or forwarded messages with a comment, are one question.

help-commands = Commands
help-options = Settings
help-line = /{ $command } — { $about }
help-option-line = /{ $command } { $example } — { $about }
help-reset = The word “reset” in place of a value brings the usual one back: /temperature reset
help-listen = What people say to each other I neither hear nor keep until an administrator turns on /listen.
help-privacy = Questions and answers are kept by the owner of this bot; a model at Yandex Cloud answers them. To delete the conversation: /forget

command-help = everything I can do
command-ask = ask a question
command-new = start a new conversation
command-stop = stop the answer
command-settings = settings
command-forget = delete the conversation
command-export = get the conversation as a file
command-recap = what you have missed: who said what, what was decided; of 6 hours: /recap 6
command-usage = what was spent
command-access = who was let in, and who waits

## Messages with nothing to answer

unsupported = I can't read that. I understand text, voice messages, pictures and documents. Please put your question in words.
ask-usage = Write your question after the command, for example: /ask Why is the sky blue? Or send /ask in reply to the message you want to ask about.
empty-mention = I'm listening! Write your question in the same message as @{ $bot }, or reply with it to the message you want to ask about.
captioned-command = I read this command in a message of its own only. Please send it without the attachment.
unknown-command = I don't know that command. All commands: /help
attachment-unseen = [An attachment that you cannot see.]

## The queue, limits and Stop

queue-place =
    { $place ->
        [1] Your question is next in the queue.
       *[other] Your question is number { $place } in the queue.
    }
queue-answering = Answering your question…
queue-full = There are more questions right now than I can take. Please try again in { $wait }.
rate-person = You are asking faster than I can answer. Please try again in { $wait }.
rate-chat = There are too many questions at once in this chat. Please try again in { $wait }.
budget-spent =
    { $scope ->
        [person] Your limit for the day ({ $limit } ₽) is spent, since { $since } and until { $until }.
        [chat] This chat's limit for the day ({ $limit } ₽) is spent, since { $since } and until { $until }.
       *[month] The bot's limit for the month is spent, since { $since } and until { $until }.
    }
budget-held =
    { $scope ->
        [person] What is left of your limit is set aside for questions that I am answering already. Ask again when I have, or after { $until }.
        [chat] What is left of this chat's limit is set aside for questions that I am answering already. Ask again when I have, or after { $until }.
       *[month] What is left of the bot's limit is set aside for questions that I am answering already. Ask again when I have, or after { $until }.
    }
stopped = Stopped.
stop-nothing = There is nothing to stop: I am not answering anything here right now.
stop-not-yours = Only the person who asked or a group admin can stop this answer.
stop-asked-as-a-chat = This question was asked in the name of a channel or a group. To stop its answer, send /stop in that name, or ask a group admin.

## How an answer ended

answer-cut = The answer did not fit into the length that is set.
answer-refused = The model declined to answer this question. Try asking it differently.
answer-refused-words =
    The model declined to answer this question:

    { $words }
answer-only-thought = The model spent the whole limit on thinking and had no room for an answer. Ask again with a higher limit: by the button below, or with /tokens 4000
answer-empty = The model returned an empty answer. Try asking differently, or once more.
answer-sources = Sources:
answer-in-file = The answer is long, so all of it is in this file.
code-in-file = The code is long, so it is in this file.
answer-expired = Sorry, I was unavailable when this question came. If you still need the answer, please ask again.
answer-stopped-mark = (the answer was stopped)

## Why there is no answer

failure-bad-request = The model did not accept the request. Most likely the bot's configuration is at fault. The owner of this bot can fix it. Error code: { $error }
failure-bad-image = The model did not take the picture. Please send another one, or in another form: JPEG or PNG, smaller. Error code: { $error }
failure-too-long = The conversation has become too long for the model. Start a new one: /new. Error code: { $error }
failure-question-too-long = The question is too long for this model. Please shorten it. Error code: { $error }
failure-unauthorized = I can't reach the model right now. The owner of this bot can fix it. Error code: { $error }
failure-forbidden = I can't reach the model right now. The owner of this bot can fix it. Error code: { $error }
failure-quota = The model is busy with other requests. Try again a little later. Error code: { $error }
failure-server-error = The model has had an internal error. Try again. Error code: { $error }
failure-unsupported = This model can't answer that way. Choose another one: /model. Error code: { $error }
failure-unavailable = The model is unavailable right now. Try again a little later. Error code: { $error }
failure-timeout = The model did not answer in time. Try again. Error code: { $error }
failure-broken-reply = The model sent an answer that could not be read. Try again. Error code: { $error }
failure-internal = Something went wrong. Try again. Error code: { $error }
failure-wait =
    { $failure }
    It makes sense to try again in { $wait }.
message-unreadable = I could not make out this message. Please send it again, or in another form.
answer-unacknowledged = Telegram did not confirm that my answer arrived. If you do not see it above, press the button.
answer-stays =
    { $failure }
    The answer stays as it was.

## Messages to the owner of the bot

alert-unauthorized =
    Yandex Cloud did not accept the key (401), so the bot can't answer.

    Check YANDEX_CLOUD_API_KEY: the key may have expired, or lack the scope yc.ai.foundationModels.execute. Restart the bot after replacing it. Where YANDEX_CLOUD_IAM is set instead of a key, look at the service account and its roles. To check: python -m bot check

    { $detail }
alert-forbidden =
    Yandex Cloud denied access (403), so the bot can't answer.

    Give the service account the roles ai.languageModels.user and ai.assistants.editor, and check billing and access to the model. To check: python -m bot check

    { $detail }
alert-speech-not-allowed =
    SpeechKit denied access, so the bot can't hear voice messages.

    Give the service account the role ai.speechkit-stt.user, and the key the scope yc.ai.speechkitStt.execute (or set another key in YANDEX_SPEECHKIT_API_KEY; VOICE_INPUT=false turns voice off). To check: python -m bot check

    { $detail }
alert-search-refused =
    The model { $detail }, or the folder, does not allow web search: the bot answers without it. Choose another model, or turn search off: /search off
alert-bad-request =
    Yandex Cloud did not accept the request (400). This happens when a model has been retired, its name is wrong, or YANDEX_CLOUD_FOLDER is not the folder in which the key was made.

    To check: python -m bot check

    { $detail }
alert-unsupported =
    Yandex Cloud can't carry out such a request (501): the chosen model does not support the Responses API. Set another one in YANDEX_CLOUD_MODEL or with /model.

    { $detail }
alert-unavailable =
    Yandex Cloud is unavailable: several requests in a row have failed. The bot keeps checking, and will go on as soon as it is back.

    { $detail }
alert-internal =
    An internal error of the bot. The log has the details under this code.

    { $detail }

budget-notice-day =
    { $scope ->
        [person] A limit for the day is spent. Person: { $who }. Spent: { $spent } ₽ of { $limit } ₽.
       *[chat] A limit for the day is spent. Chat: { $who }. Spent: { $spent } ₽ of { $limit } ₽.
    }
budget-notice-month =
    { $level ->
        [spent] The limit for the month is spent: { $spent } ₽ of { $limit } ₽ (100%). Until { $until } the bot answers no questions; commands and settings work.
       *[near] { $spent } ₽ of { $limit } ₽ are spent this month: more than { $percent }%. Once the limit is reached, the bot answers no questions until { $until }.
    }

## What it costs

usage-own = Your questions
usage-chat = Questions in this chat
usage-all = All people and chats
usage-today = Today
usage-week = This week
usage-month = This month
usage-line =
    { $limited ->
        [yes] { $period }: questions { $questions }, tokens { $tokens }, about { $rub } ₽ of { $limit } ₽
       *[no] { $period }: questions { $questions }, tokens { $tokens }, about { $rub } ₽
    }
usage-chart = By day, ₽
usage-shares = Of this month's, search is { $search }%, speech { $speech }%
usage-people = Who cost most this month
usage-chats = Groups that cost most this month
usage-who = { $place }. { $name }: { $rub } ₽
usage-admins-only = An admin of this group can see what it costs. What you cost yourself I tell in private: /usage

## Groups and access

joined =
    Hello! I answer questions with YandexGPT.

    You can ask me in these ways:
    • mention @{ $bot } in a message;
    • reply to one of my messages;
    • send /ask with a question, or just /ask in reply to someone's message.

    { $hears ->
        [all] I see all messages of this group, so you can also set words that I respond to: /wake. I neither answer nor keep anything else.
       *[mentions] I don't see other messages of this group: privacy mode is on. For me to respond to words like “bot” too, make me an admin. Or open @BotFather → /mybots → @{ $bot } → Bot Settings → Group Privacy → Turn off, then remove me from the group and add me again.
    }{ $files ->
        [no] {" "}I may not send files here: for long code to come as a file, allow sending files.
       *[yes] {""}
    }{ $reactions ->
        [no] {" "}I may not react to messages here: for me to mark accepted questions, allow reactions.
       *[yes] {""}
    }{ $topics ->
        [on] {" "}Each topic has a conversation and settings of its own.
       *[off] {""}
    }

    Settings: /settings. Admins change them; to allow everyone: /rights
joined-mute = I was added to the group “{ $title }”, but I can't write there, so I won't answer anyone. Allow members to send messages, or make me an admin.
access-person = This bot does not answer everyone. To get access, send its owner your ID: { $id }
access-chat = This bot does not answer in every group. To connect this one, send the owner of the bot its ID: { $id }. If it is not connected within a day, I will leave.
access-asked-person = This bot does not answer everyone. I have passed your request on to its owner. As soon as they allow it, I will write to you and answer your question.
access-asked-chat = This bot does not answer in every group. I have passed the request on to its owner and will write here when they allow it. If they do not within a day, I will leave.
access-let-in-person = The owner of the bot has let you in.
access-let-in-chat = The owner of the bot allows me to answer in this group. To ask, mention @{ $bot }, reply to a message of mine, or send /ask and a question.
access-refused-person = The owner of the bot has not let you in.
access-refused-chat = The owner of the bot does not allow me to answer in this group.

## Access: what the owner of the bot sees

access-request-person = Asks to be let in: { $who }
access-request-chat =
    The group “{ $title }” (ID { $id }) asks to be let in.
    Who asked there: { $who }
access-who = { $name } (ID { $id })
access-who-username = { $name } (@{ $username }, ID { $id })
nameless = no name
access-more = Others who ask to be let in: { $count }. To see and decide: /access
access-decided-let-in =
    { $request }

    Let in. Decided by: { $by }
access-decided-refused =
    { $request }

    Refused. Decided by: { $by }
access-page-waiting = Waiting for a decision: { $count }
access-page-let-in = Let in: { $count }. Besides these, everyone named in ALLOWED_USERS, ALLOWED_CHATS and ADMIN_USERS is let in.
access-page-refused = Refused: { $count }
access-line = • { $who }

## Memory

new-started =
    { $cancelled ->
        [0] A new conversation. I no longer take the previous one into account.
        [one] A new conversation. { $cancelled } question that was waiting for an answer has been cancelled.
       *[other] A new conversation. { $cancelled } questions that were waiting for an answer have been cancelled.
    }
note-branch = Going back to the answer “{ $words }” and continuing from there.
note-left-out = The beginning of the conversation no longer fits into the model's memory, so I leave it out. To start clean: /new
note-trimmed = The conversation was too long for the model: I answered this question without what came before it. To start clean: /new
note-not-searched = This model can't search the web, so I answered without searching.
forget-ask-private = Delete this whole conversation: questions, answers and everything still waiting for one? It can't be brought back. The messages in Telegram will stay.
forget-ask-member =
    { $scope ->
        [topic] Delete your questions in this topic and the answers to them, including questions still waiting for one? They can't be brought back. The messages in Telegram will stay.
        [comments] Delete your questions in the comments on this post and the answers to them, including questions still waiting for one? They can't be brought back. The messages in Telegram will stay.
       *[chat] Delete your questions in this chat and the answers to them, including questions still waiting for one? They can't be brought back. The messages in Telegram will stay.
    }
forget-ask-admin =
    { $scope ->
        [topic] What should be deleted: only your questions with their answers, or the whole conversation of this topic? It can't be brought back. The messages in Telegram will stay.
        [comments] What should be deleted: only your questions with their answers, or the whole conversation in the comments on this post? It can't be brought back. The messages in Telegram will stay.
       *[chat] What should be deleted: only your questions with their answers, or the whole conversation of this chat? It can't be brought back. The messages in Telegram will stay.
    }
forget-ask-talk = What I have heard here goes too: your messages or, if everything is deleted, all of the talk. I keep listening.
forgotten-with-talk = Done. Deleted: questions with their answers: { $turns }, messages that I had heard: { $heard }.
forgotten =
    { $turns ->
        [0] There is nothing to delete: I have no such questions.
        [one] Done: { $turns } question has been deleted with its answer.
       *[other] Done: { $turns } questions have been deleted with their answers.
    }
forget-kept = All right, nothing is deleted.
forget-not-yours = Only the person who sent /forget can decide.
export-done =
    { $turns ->
        [one] The whole conversation: { $turns } question with its answer.
       *[other] The whole conversation: { $turns } questions with their answers.
    }
export-done-own =
    { $turns ->
        [one] Your part of the conversation: { $turns } question with its answer.
       *[other] Your part of the conversation: { $turns } questions with their answers.
    }
export-empty = There is no conversation yet: nothing to send.
export-title = Conversation as of { $when }
export-question = { $author }, { $when }
export-talk = What I have heard here
export-answer = Answer ({ $model })

## Settings: names

option-temperature = Temperature
about-temperature = how freely the model answers: from { $min } (exact) to { $max } (surprising)
option-max-output-tokens = Answer length
about-max-output-tokens = the longest answer in tokens, from { $min } to { $max }; a token is about three letters
option-model = Model
about-model = which model answers
option-instructions = Instructions
about-instructions =
    { $max ->
        [one] what the model keeps in mind in every answer, at most { $max } character
       *[other] what the model keeps in mind in every answer, at most { $max } characters
    }
option-language = Language
about-language = the language that I speak myself: Russian (ru) or English (en); the model answers in the language of the question
option-memory = Memory
about-memory = what the model sees of the conversation: all of it (linear), only the branch of replies (branches), or nothing (off)
option-search = Web search
about-search = whether the model searches the web when it helps (on or off); each search costs the bot's owner about one rouble
option-live = Live answers
about-live = whether I show an answer while it is being written (on or off)
option-who-may-change = Access to settings
about-who-may-change = who changes the settings of the group: only admins (admins), or all members (everyone)
option-wake-words = Wake words
about-wake-words =
    { $count ->
        [one] a word at the start of a message that I respond to (if I see all messages of the group)
       *[other] words at the start of a message that I respond to (if I see all messages of the group), at most { $count }
    }
option-reactions = Reactions
about-reactions = whether I mark accepted questions with a reaction (on or off)
option-buttons = Buttons under answers
about-buttons = whether I offer another version and the rest under the last answer (on or off)
option-share-title = Chat title for the model
about-share-title = whether the model is told the titles of the chat and the topic (on or off)
option-listen = Hearing the talk
about-listen = whether I hear what people here say to each other, to answer with that in mind (on or off)
example-instructions = Answer briefly and to the point
example-wake-words = robot

## Settings: values

value-tokens =
    { $value ->
        [one] up to { $value } token
       *[other] up to { $value } tokens
    }
value-language-auto = as in your Telegram
value-language-ru = Russian (русский)
value-language-en = English
value-memory-linear = the whole conversation
value-memory-branches = only the branch of replies
value-memory-off = off
value-who-may-change-admins = admins
value-who-may-change-everyone = all members
value-on = on
value-off = off
value-none = none
value-number = { $value }

## Settings: where a value comes from

source =
    { $level ->
        [built-in] This is the usual value.
        [deployment] The owner of the bot has set it so.
        [chat] Set for this chat.
        [comments] Set for the comments on this post.
       *[topic] Set for this topic.
    }
source-changed =
    { $level ->
        [topic] Set for this topic: { $who }, { $when }.
        [comments] Set for the comments on this post: { $who }, { $when }.
       *[chat] Set for this chat: { $who }, { $when }.
    }

## Settings: commands

setting-shown =
    { $name }: { $value }
    { $source }

    { $name } — { $about }.

    Change: /{ $command } { $example }
    Reset: /{ $command } reset
setting-set =
    { $scope ->
        [topic] Done, for this topic. { $name }: { $value }
        [comments] Done, for the comments on this post. { $name }: { $value }
       *[chat] Done. { $name }: { $value }
    }
setting-reset =
    { $scope ->
        [topic] Reset for this topic. { $name }: { $value }
        [comments] Reset for the comments on this post. { $name }: { $value }
       *[chat] Reset. { $name }: { $value }
    }
settings-not-allowed = Only admins can change the settings of this group.
settings-rights-unknown = Telegram did not tell me whether you are an admin. Please try again.
setting-groups-only = The setting “{ $name }” exists only in groups.

refused-number = { $name }: a number from { $min } to { $max } is needed, for example /{ $command } { $example }
refused-whole = { $name }: a whole number from { $min } to { $max } is needed, for example /{ $command } { $example }
refused-choice = { $name }: choose one of { $choices }, for example /{ $command } { $example }
refused-empty = { $name }: write the value after the command, for example /{ $command } { $example }
refused-length =
    { $max ->
        [one] { $name }: at most { $max } character, and this has { $length }.
       *[other] { $name }: at most { $max } characters, and this has { $length }.
    }
refused-words =
    { $count ->
        [one] { $name }: at most { $count } word of letters, digits and hyphens, from { $min } to { $max } characters long, for example /{ $command } { $example }
       *[other] { $name }: at most { $count } words of letters, digits and hyphens, each from { $min } to { $max } characters long, for example /{ $command } { $example }
    }
refused-model-name = { $name }: a name is made of Latin letters, digits and . : / @ _ - and is at most { $max } long, for example /{ $command } { $example }
refused-model = There is no model “{ $model }”. Similar ones: { $nearest }
refused-model-unlike = There is no model “{ $model }”. To see all: /settings

## The settings menu

menu-heading =
    { $scope ->
        [private] Settings
        [group] Settings of this group
        [group-elsewhere] Settings of the group “{ $title }”
        [topic] Settings of this topic. What is not set here comes from the group's settings.
        [comments] Settings for the comments on this post. What is not set here comes from the group's settings.
        [comments-elsewhere] Settings for the comments on a post in the group “{ $title }”. What is not set here comes from the group's settings.
       *[topic-elsewhere] Settings of a topic in the group “{ $title }”. What is not set here comes from the group's settings.
    }
menu-line = { $name }: { $value }
menu-line-own =
    { $level ->
        [topic] { $name }: { $value } (set in the topic)
        [comments] { $name }: { $value } (set for the comments)
       *[chat] { $name }: { $value } (set in the chat)
    }
menu-where =
    { $scope ->
        [group-elsewhere] Group “{ $title }”
        [topic] For this topic
        [comments] For the comments on this post
        [comments-elsewhere] For the comments on a post in the group “{ $title }”
       *[topic-elsewhere] For a topic in the group “{ $title }”
    }
menu-value =
    { $name }: { $value }
    { $source }
menu-about = { $name } — { $about }.
menu-group-page = Rights, wake words, reactions
menu-no-models = The list of models could not be had. You can type a name yourself.
menu-prompt =
    { $name }: send the new value as a reply to this message.

    { $name } — { $about }.
    For example: { $example }
menu-closed = The settings are closed. To open them again: /settings

preset-exact = { $value } — exact
preset-balanced = { $value } — balanced
preset-creative = { $value } — creative
preset-wild = { $value } — wild

## Buttons

button-stop = Stop
button-retry = Try again
button-continue = Continue
button-think-longer = Ask with a higher limit
button-again = Another answer
button-show-again = Show the answer again
button-back = Back
button-close = Close
button-cancel = Cancel
button-reset = Reset
button-change = Change
button-type-model = Type a name
button-whole-chat = Settings of the whole group
button-manage-in-private = Manage in private
button-forget-own = Delete mine
button-forget-all = Delete everything
button-keep = Keep it
button-let-in = Let in
button-let-in-name = Let in: { $name }
button-refuse = Refuse
button-take-back = Take back: { $name }
button-access-waiting = Waiting: { $count }
button-access-let-in = Let in: { $count }
button-access-refused = Refused: { $count }
button-grant = { $amount } ₽ more for today
button-grant-name =
    { $scope ->
        [chat] Group “{ $name }”: { $amount } ₽ more today
       *[person] { $name }: { $amount } ₽ more today
    }
button-take-role = Take this role

## Toasts: what a pressed button says

toast-saved = Saved
toast-reset = Reset
toast-unchanged = Already chosen
toast-stale = This button is out of date.
toast-stale-menu = This menu is out of date. Open a new one: /settings
toast-retrying = Asking again
toast-continuing = Continuing
toast-muted = I may not write in this chat at the moment.
toast-closed-topic = I may not write in this topic at the moment.
toast-busy = Wait a moment, I am just answering.
toast-not-yours = The person who asked the question, or a group admin, can do this.
toast-model-gone = This model is no longer in the list.
toast-let-in = Let in
toast-let-in-untold = Let in, but they could not be told.
toast-refused = Refused
toast-decided = This is decided already. To change it: /access
toast-operators-only = The owner of the bot decides this.
toast-granted = Given for today.
toast-granted-before = It is given already.

## The room's talk

listen-on =
    { $scope ->
        [topic] From now on I hear what is said in this topic, and answer with that in mind.
        [comments] From now on I hear what is said in the comments on this post, and answer with that in mind.
       *[chat] From now on I hear what is said in this chat, and answer with that in mind. In single topics and comments only if it is turned on there too.
    }

    I keep the latest messages with text: at most { $most }, for at most { $hours } h, with name and time. Commands and messages of bots I do not keep. The recent ones go to the model in Yandex Cloud together with a question. If a message is deleted in Telegram I am not told: it stays with me until then.

    Stop listening and delete all of it at once: /listen off
    Delete only what is yours: /forget
    Learn what you have missed: /recap
listen-blind = But I don't see such messages yet: privacy mode is on. Make me an administrator of the group. Or turn privacy mode off in @BotFather (/setprivacy → @{ $bot } → Disable), remove me from the group, add me again and repeat /listen on.
listen-off =
    { $scope ->
        [topic] I no longer listen to this topic. All that I heard in it is deleted.
        [comments] I no longer listen to these comments. All that I heard in them is deleted.
       *[chat] I no longer listen to this chat. All that I heard in it is deleted.
    }
recap-question = Sum up the talk above: who said what, what was decided, and which questions are open. Call people by their names; make nothing up.
recap-groups-only = I can sum up the talk of a group whose administrator lets me listen: /listen on
recap-off = I don't hear the talk here, so I can't sum it up. An administrator can turn that on: /listen on
recap-nothing = There is nothing to sum up yet: since your last message I have heard nothing here. To sum up the last hours: /recap 6
recap-nothing-hours = I have heard nothing here in that time.
recap-usage = After the command you may write how many of the last hours to sum up, from 1 to { $hours }: /recap 6

## Roles

command-role = choose a role: ready instructions for the model
menu-roles = Roles
role-now = Role: { $role }
role-about = A role is a set of ready instructions for the model. Tap one to read it; nothing changes until you take it.
role-own = Own instructions
role-none = No instructions
role-none-says = The model gets no instructions at all.
role-taken = This role is in force
role-set =
    { $scope ->
        [topic] Done. Role in this topic: { $role }
        [comments] Done. Role in these comments: { $role }
       *[chat] Done. Role: { $role }
    }

    { $says }
role-unknown = There is no such role. Choose one from the list.
role-assistant = Assistant
role-assistant-says =
    You are a polite and precise assistant. Answer in the language of the question, the point first and the details after it where they are needed. Do not make facts up: if you do not know or are not sure, say so. If the question is unclear, ask one question back.
role-translator = Translator
role-translator-says =
    You are a translator. Translate English text into Russian, and text in any other language into English. If a language is named, translate into that one. Keep the meaning, the tone and the formatting; leave names and numbers as they are. Reply with the translation only; explain an ambiguous place in one line after it.
role-editor = Editor
role-editor-says =
    You are an editor. Mend mistakes, officialese and long-windedness in the text you are given, keeping its meaning, its facts and its author's voice. First give the whole mended text, then a short list of the main changes with the reason for each. If the text is good, say so.
role-teacher = Teacher
role-teacher-says =
    You are a patient teacher. Explain in plain words, from the familiar to the new, with one example from life. When solving a problem, go step by step and say why at each step. End with one short question that shows whether you were understood. Never scold for a mistake: show where it came from.
role-programmer = Programmer
role-programmer-says =
    You are an experienced programmer. Give working code in a block that names its language, without needless dependencies, with error handling where it matters. After the code, at most three sentences on what is important to know. Look for an error's cause, not for its symptom. If a version, the environment or the error's text is missing, ask for it.
role-companion = Companion
role-companion-says =
    You are a friendly companion. Talk in a lively, simple way, briefly, without lists or headings. Listen closely, respond to the mood, now and then ask something back. Do not lecture, and give no advice that nobody asked for.

## Attachments: what went wrong with them

heard = 🎤 { $text }
document-part =
    { $unit ->
        [percent] "{ $name }": about { $read }% was read.
        [pages] "{ $name }": pages 1–{ $read } of { $total } were read.
       *[lines] "{ $name }": lines 1–{ $read } of { $total } were read.
    }
file-too-large = The file is too large: Telegram gives bots at most { $megabytes } MB. Send a smaller one, or the part you need.
file-gone = The file could not be downloaded from Telegram. Try a little later, or send it again.
voice-off = I don't listen to voice messages here. Write your question in words.
voice-too-long =
    { $minutes ->
        [one] I don't listen to recordings longer than { $minutes } minute. Send a shorter one, or write your question in words.
       *[other] I don't listen to recordings longer than { $minutes } minutes. Send a shorter one, or write your question in words.
    }
voice-silence = I could not hear a word. Record it again, or write your question in words.
voice-unheard = This recording could not be made out. Record a voice message again, or write your question in words.
voice-unavailable = Speech can't be recognised right now. Try a little later, or write your question in words.
pictures-off = I don't look at pictures here. Tell me in words what you want to ask about.
picture-unreadable = This picture could not be opened. Send it as JPEG or PNG.
picture-too-heavy = This picture is too large. Send a smaller one.
document-empty = There is nothing in the file "{ $name }".
document-no-text = There is no text in the file "{ $name }": these seem to be scanned pages. Send them as pictures or as text.
document-password = The file "{ $name }" has a password. Remove it and send the file again.
document-not-text = I can't read the file "{ $name }". I understand text, HTML, PDF and DOCX.
document-too-heavy = The file "{ $name }" is too complex: it could not be read. Send the part you need.
document-broken = The file "{ $name }" is damaged or unusual: it could not be read.

// The page's own words, in Russian and English.

const WORDS = {
  ru: {
    add_bot: "Добавить бота", admin: "администратор", anonymous: "анонимный администратор", back: "Назад", block: "Заблокировать бота",
    blocked: "Бот заблокирован", bot: "бот", bot_admin: "Сделать бота администратором", bot_down: "Бот не запущен", bot_member: "Снять бота с администраторов",
    bot_up: "Бот работает", broadcast: "Написать в канал", cancel: "Отмена", channel: "канал", chats: "Чаты", clear: "Очистить", close: "Закрыть", code: "код",
    commands: "Команды бота", connection_lost: "Связь с эмулятором потеряна…", copied: "Скопировано", copy: "Копировать", creator: "владелец",
    cut: "обрыв сети", dark: "Тёмная тема", delete: "Удалить", demote: "Снять с администраторов", done: "Готово", down: "К последним сообщениям",
    edit: "Изменить", edited: "изменено", empty_chat: "Здесь пока пусто", empty_timeline: "Пока тихо. Напишите боту что-нибудь.", expand: "Показать целиком",
    file: "Файл", flood: "Флуд-контроль", forum: "темы", group: "группа", hang: "Зависание", hello_text: "Напишите первое сообщение — бот ответит здесь.", i_am: "Кто я",
    join: "Вступить", kill: "kill -9", language: "English", last_exit: "завершился с кодом", leave: "Выйти из группы", less: "Свернуть", light: "Светлая тема", linked: "Обсуждение канала",
    member: "участник", menu: "Меню", message: "Сообщение", messages: "Сообщения", migrate: "Превратить в супергруппу", model: "Модель", more: "Ещё",
    new_topic: "Новая тема", not_member_hint: "Вы не участник этой группы", not_writable: "Писать могут только администраторы", ok: "Понятно", open_panel: "Что идёт по сети",
    pending: "идёт…", polls: "опросы", private: "личный чат", promote: "Сделать администратором", promote_me: "Роли участников", privacy: "Режим приватности",
    privacy_hint: "Бот видит в группах только то, что обращено к нему", react: "Поставить реакцию", refused: "отказ", remove_bot: "Удалить бота", reply: "Ответить", restarts: "перезапусков",
    s_channel_created: "Канал создан", s_group_created: "{who} создаёт группу «{what}»", s_joined: "{who} вступает в группу", s_added: "{who} добавляет: {what}", s_left: "{who} выходит из группы",
    s_removed: "{who} удаляет: {what}", s_migrated: "Группа стала супергруппой", s_topic: "{who} создаёт тему «{what}»", s_topic_edited: "Тема переименована в «{what}»", s_topic_closed: "Тема закрыта",
    s_topic_reopened: "Тема снова открыта", s_pinned: "{who} закрепляет сообщение", s_title: "{who} меняет название на «{what}»", s_other: "Служебное сообщение", send: "Отправить", settings: "Настройки",
    slow: "Медленно", start: "Запустить", start_chat: "НАЧАТЬ", stranger: "посторонний", supergroup: "супергруппа", telegram: "Telegram", timeline: "По проводам", today: "Сегодня",
    topic_name: "Название темы", topics: "Темы", troubles: "Неприятности", typing: "печатает", unblock: "РАЗБЛОКИРОВАТЬ", updates: "обновления", calls: "Bot API", models: "модель", log: "бот",
    uptime: "работает", words: "Слова для учебной модели", words_hint: "Напишите одно слово — модель послушается:", yesterday: "Вчера", you: "Вы", your_role: "вы — {role}", file_of: "Скачать {name}",
    t_flood: "Флуд-контроль", t_telegram_500: "Ошибка 500", t_cut: "Обрыв сети", t_slow: "Медленно", t_429: "Ошибка 429", t_500: "Ошибка 500", t_hang: "Зависание", t_model_cut: "Обрыв сети",
    th_flood: "На каждую отправку — «retry after 5»", th_telegram_500: "Telegram отвечает 500", th_cut: "Соединения рвутся, ждущие тоже", th_slow: "Ответ через 8 секунд", th_429: "Квота исчерпана", th_500: "Модель отвечает 500", th_hang: "Модель молчит", th_model_cut: "Соединения с моделью рвутся",
    direction_update: "Telegram → бот", direction_call: "бот → Telegram", direction_model: "бот → модель", direction_log: "процесс бота", request: "запрос", response: "ответ", ms: "мс", sec: "с", now: "сейчас",
    e_offline: "Эмулятор не отвечает", e_not_member: "Вы не участник этого чата", e_not_admin: "Это могут только администраторы", e_not_author: "Это не ваше сообщение", e_no_message: "Сообщения уже нет", e_no_chat: "Этого чата уже нет",
    e_no_button: "Кнопки уже нет", e_topic_name: "Такая тема уже есть", e_member_already: "Уже в группе", e_empty: "Сообщение пустое", e_no_process: "Здесь нет процесса бота",
    as_file: "Как файл", attach: "Прикрепить", attach_file: "Файл", attach_picture: "Фотография", audio: "Аудио", drop_here: "Отпустите, чтобы прикрепить", e_caption_long: "Подпись длиннее 1024 знаков",
    e_file_big: "Файл больше 50 МБ", e_no_file: "Файл потерялся, приложите его снова", e_no_sound: "Это не похоже на запись голоса", e_protected: "Сообщение защищено от пересылки", forward: "Переслать", forward_to: "Кому переслать?",
    forwarded_from: "Переслано от: ", forwarding: "Пересылается: {count}", mic: "Голосовое сообщение", no_microphone: "Браузер не даёт микрофон", open_photo: "Открыть фотографию", pause: "Пауза", photo: "Фотография", play: "Слушать",
    recording: "Идёт запись…", remove_all: "Убрать всё", remove_file: "Убрать {name}", select: "Выбрать", selected: "Выбрано: {count}", send_voice: "Отправить голосовое", video: "Видео", voice: "Голосовое сообщение",
    voice_record: "Записать", voice_sample: "Отправить образец", voice_sample_words: "«Расскажи, пожалуйста, что посмотреть в Казани за один день»",
  },
  en: {
    add_bot: "Add the bot", admin: "admin", anonymous: "anonymous admin", back: "Back", block: "Block the bot",
    blocked: "The bot is blocked", bot: "bot", bot_admin: "Make the bot an admin", bot_down: "The bot is down", bot_member: "Dismiss the bot as admin",
    bot_up: "The bot is running", broadcast: "Broadcast", cancel: "Cancel", channel: "channel", chats: "Chats", clear: "Clear", close: "Close", code: "code",
    commands: "Bot commands", connection_lost: "Lost the emulator, reconnecting…", copied: "Copied", copy: "Copy", creator: "owner",
    cut: "cut", dark: "Dark theme", delete: "Delete", demote: "Dismiss as admin", done: "Done", down: "To the latest messages",
    edit: "Edit", edited: "edited", empty_chat: "Nothing here yet", empty_timeline: "All quiet. Write something to the bot.", expand: "Show all",
    file: "File", flood: "Flood control", forum: "topics", group: "group", hang: "Hang", hello_text: "Write the first message: the bot answers here.", i_am: "Who I am",
    join: "Join", kill: "kill -9", language: "Русский", last_exit: "exited with", leave: "Leave the group", less: "Show less", light: "Light theme", linked: "Channel discussion",
    member: "member", menu: "Menu", message: "Message", messages: "Messages", migrate: "Upgrade to a supergroup", model: "Model", more: "More",
    new_topic: "New topic", not_member_hint: "You are not in this group", not_writable: "Only admins can post here", ok: "OK", open_panel: "What goes over the wire",
    pending: "pending…", polls: "polls", private: "private chat", promote: "Make admin", promote_me: "Members and roles", privacy: "Privacy mode",
    privacy_hint: "In groups the bot sees only what is meant for it", react: "React", refused: "refused", remove_bot: "Remove the bot", reply: "Reply", restarts: "restarts",
    s_channel_created: "Channel created", s_group_created: "{who} created the group “{what}”", s_joined: "{who} joined the group", s_added: "{who} added {what}", s_left: "{who} left the group",
    s_removed: "{who} removed {what}", s_migrated: "The group became a supergroup", s_topic: "{who} created the topic “{what}”", s_topic_edited: "The topic is now “{what}”", s_topic_closed: "Topic closed",
    s_topic_reopened: "Topic reopened", s_pinned: "{who} pinned a message", s_title: "{who} renamed the group “{what}”", s_other: "Service message", send: "Send", settings: "Settings",
    slow: "Slow", start: "Start", start_chat: "START", stranger: "stranger", supergroup: "supergroup", telegram: "Telegram", timeline: "On the wire", today: "Today",
    topic_name: "Topic name", topics: "Topics", troubles: "Trouble", typing: "typing", unblock: "UNBLOCK", updates: "updates", calls: "Bot API", models: "model", log: "bot",
    uptime: "up", words: "Words for the stand-in model", words_hint: "Write just one word, and the model obeys:", yesterday: "Yesterday", you: "You", your_role: "you: {role}", file_of: "Download {name}",
    t_flood: "Flood control", t_telegram_500: "Error 500", t_cut: "Network cut", t_slow: "Slow", t_429: "Error 429", t_500: "Error 500", t_hang: "Hang", t_model_cut: "Network cut",
    th_flood: "Every send gets “retry after 5”", th_telegram_500: "Telegram answers 500", th_cut: "Connections break, waiting ones too", th_slow: "Answers after 8 seconds", th_429: "Quota exceeded", th_500: "The model answers 500", th_hang: "The model is silent", th_model_cut: "Connections to the model break",
    direction_update: "Telegram → bot", direction_call: "bot → Telegram", direction_model: "bot → model", direction_log: "the bot’s process", request: "request", response: "response", ms: "ms", sec: "s", now: "now",
    e_offline: "The emulator does not answer", e_not_member: "You are not in this chat", e_not_admin: "Only admins can do that", e_not_author: "This message is not yours", e_no_message: "The message is gone", e_no_chat: "The chat is gone",
    e_no_button: "The button is gone", e_topic_name: "There is such a topic already", e_member_already: "In the group already", e_empty: "The message is empty", e_no_process: "There is no bot process here",
    as_file: "As a file", attach: "Attach", attach_file: "File", attach_picture: "Photo", audio: "Audio", drop_here: "Drop to attach", e_caption_long: "The caption is over 1024 characters",
    e_file_big: "The file is over 50 MB", e_no_file: "The file got lost, attach it again", e_no_sound: "This does not look like a recording", e_protected: "The message can't be forwarded", forward: "Forward", forward_to: "Forward to",
    forwarded_from: "Forwarded from ", forwarding: "To be forwarded: {count}", mic: "Voice message", no_microphone: "The browser gives no microphone", open_photo: "Open the photo", pause: "Pause", photo: "Photo", play: "Play",
    recording: "Recording…", remove_all: "Remove all", remove_file: "Remove {name}", select: "Select", selected: "Selected: {count}", send_voice: "Send the voice message", video: "Video", voice: "Voice message",
    voice_record: "Record", voice_sample: "Send the sample", voice_sample_words: "“Please tell me what to see in Kazan in one day”",
  },
};

const MEMBERS = {
  ru: { one: "участник", few: "участника", many: "участников", other: "участника" },
  en: { one: "member", other: "members" },
};

export let language = pick();

function pick() {
  const kept = localStorage.getItem("language");
  return kept ?? (navigator.language.toLowerCase().startsWith("ru") ? "ru" : "en");
}

export function setLanguage(code) {
  language = code;
  localStorage.setItem("language", code);
  document.documentElement.lang = code;
}

export function t(key, values = {}) {
  const text = WORDS[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function has(key) {
  return key in WORDS[language];
}

export function members(count) {
  return `${count} ${MEMBERS[language][new Intl.PluralRules(language).select(count)]}`;
}

export function clock(seconds) {
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).format(seconds * 1000);
}

export function day(seconds) {
  const date = new Date(seconds * 1000);
  const midnight = new Date().setHours(0, 0, 0, 0);
  const days = Math.round((midnight - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: days > 300 ? "numeric" : undefined }).format(date);
}

/** Minutes and seconds of a recording. */
export function length(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function size(bytes) {
  const units = language === "ru" ? ["Б", "КБ", "МБ"] : ["B", "KB", "MB"];
  const power = Math.min(2, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(bytes / 1024 ** power)} ${units[power]}`;
}

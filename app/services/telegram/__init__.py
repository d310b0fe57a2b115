"""The Telegram bot's rules: linking a chat by a one-time code, and what may be done from there."""

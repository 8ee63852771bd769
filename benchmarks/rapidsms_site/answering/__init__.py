"""Answers every text with a fixed sentence: the least that a RapidSMS application can do."""

"""A small RapidSMS project, run in a virtual environment of its own; nothing of Hearback imports it."""

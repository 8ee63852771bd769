"""The translations of the bot: its catalogues, and what keeps them in step with the English."""

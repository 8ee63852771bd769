"""The bot: what it says and understands, and the wires it speaks by. Knows no database."""

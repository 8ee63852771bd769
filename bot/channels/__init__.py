"""Each provider's wire format: verify, parse, render, send. Knows not what a rating is."""

"""`python -m bot.locales`: bring all catalogues up to the English sentences, and list what they lack."""

import click

from bot.locales import translating

translating.update(click.echo)

"""Texts that the reader was not made from: how well it reads them, class by class."""

"""Bare rock: settings, log, metrics, clock, job names, embedded servers. Knows no word of the domain."""

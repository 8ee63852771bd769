"""Measures Hearback beside a floor and a rival within one run; knows no word of a conversation's rules."""

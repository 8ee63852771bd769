"""Use cases, one module each: a flow takes the house and a time, returns values and the bells to ring.

Knows no HTTP, no RQ and no HTML; the door that called it rings the bells, after the commit.
"""

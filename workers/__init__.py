"""The door of time and queue: RQ jobs over flows, their parent, the sweeper, the clock.

Knows no HTTP route. The row is the debt, the job a bell: every drain may be lost or run twice.
"""

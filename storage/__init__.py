"""Where everything is kept: PostgreSQL through SQLAlchemy, and a disk spool for when it is away.

SQL lives only here. Knows nothing of conversations, provider formats or HTML.
"""

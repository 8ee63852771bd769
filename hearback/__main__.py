"""`python -m hearback` is `hearback`."""

from hearback.cli import main

main()

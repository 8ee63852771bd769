"""The front hall: the command line, the web, worker and clock processes, the demo."""

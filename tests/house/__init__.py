"""Tests of the house itself: floors, sizes, names, documents, and where words may stand."""

"""The conversation as a pure function. Knows no clock, chance, disk, network or SQL."""

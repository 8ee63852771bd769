"""Decisions as plain rules: values in, a decision with its reason out. Knows no SQL, HTTP or clock."""

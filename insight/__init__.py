"""Pure sums over plain values: figures, suppression, redaction. Knows no SQL, HTTP or clock."""

"""Files that people bring, CSV and Excel, as plain rows. Knows not what becomes of them."""

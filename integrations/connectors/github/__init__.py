"""GitHub, on github.com and on servers of one's own."""

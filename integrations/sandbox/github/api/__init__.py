"""The REST API: one function for each endpoint, in files by what they speak of."""

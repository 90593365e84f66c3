"""What every source and the importer agree on; pure Python."""

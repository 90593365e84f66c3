"""What the API says of systems, connections and syncs; secrets are never among it."""

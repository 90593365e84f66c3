"""What people do when they move in, and the background work behind it."""

from migrations_data.services.imports import cancel, save_mapping, start, upload
from migrations_data.services.work import wake_idle, work

__all__ = ["cancel", "save_mapping", "start", "upload", "wake_idle", "work"]

"""Projects, members, and the choices that each project offers."""

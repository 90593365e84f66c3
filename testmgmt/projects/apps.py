"""Django's name for this folder."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "testmgmt.projects"
    label = "projects"

    def ready(self) -> None:
        from testmgmt.core.search import Finder, add_finder
        from testmgmt.projects.queries import found_projects

        add_finder(Finder("Projects", "folder", found_projects))

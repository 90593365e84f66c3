"""The product: projects, cases, runs, results, defects. It knows no tracker."""

from testmgmt.celery import app as celery_app

__all__ = ["celery_app"]

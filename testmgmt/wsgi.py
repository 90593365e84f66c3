"""The web server's entry."""

import os

from django.core.wsgi import get_wsgi_application

from testmgmt.core.checks import stop_if_unsafe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "testmgmt.settings")
application = get_wsgi_application()
stop_if_unsafe()

"""Pages: Django's WSGI handler, run in the server's lasting threads."""

import os

from django.core.wsgi import get_wsgi_application

from daftar.kernel.time_limit import limit_statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
limit_statements()
application = get_wsgi_application()

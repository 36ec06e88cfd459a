"""The public process: reading, sharing, returning. Loads no account, session or workbench code."""

import os

os.environ["CLOSECALL_ROLE"] = "public"
os.environ["DJANGO_SETTINGS_MODULE"] = "closecall.config.settings"

from django.core.wsgi import get_wsgi_application

from closecall.config.start import sealed_process
from closecall.site.http.blind import blind

sealed_process()
application = blind(get_wsgi_application())

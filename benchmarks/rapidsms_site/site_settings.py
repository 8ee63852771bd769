"""Django's settings for the bench: only what RapidSMS needs, and every switch in favour of speed."""

import os

SECRET_KEY = "invented-for-the-bench"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "site_urls"
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
MIDDLEWARE: list[str] = []
INSTALLED_APPS = ["rapidsms", "rapidsms.backends.http", "rapidsms.contrib.messagelog", "answering"]
INSTALLED_BACKENDS = {"twilio": {"ENGINE": "answering.backend.RidesBack"}}
RAPIDSMS_ROUTER = "rapidsms.router.blocking.BlockingRouter"
LOGGING_CONFIG = None
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["BENCH_DATABASE"],
        "USER": os.environ["BENCH_DATABASE_USER"],
        "HOST": os.environ["BENCH_DATABASE_HOST"],
        "PORT": os.environ["BENCH_DATABASE_PORT"],
        "CONN_MAX_AGE": None,
        "ATOMIC_REQUESTS": True,
    }
}

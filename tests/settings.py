"""The project's settings on the services the tests found.

Settings are the first thing pytest loads, so the search for PostgreSQL and
Redis happens here, before ``config.settings`` reads the environment.
"""

import os

from tests.services.session import prepare

found = prepare()

from config.settings import *  # noqa: E402, F403
from config.settings import CACHES, DATABASES, STORAGES  # noqa: E402

DATABASES["default"].setdefault("TEST", {})["NAME"] = found.test_database
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
JOBS_INLINE = True
# Tests read the texts as they stand in the code; a test about Chinese asks for it by name.
LANGUAGE_CODE = "en"
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    # Django's own "clear" empties the whole Redis database, which may be somebody's.
    # Workers run side by side, so each clears and counts under a prefix of its own.
    CACHES["default"]["BACKEND"] = "tests.services.cache.OwnKeysCache"
    CACHES["default"]["KEY_PREFIX"] += f":{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"

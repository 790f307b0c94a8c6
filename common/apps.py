"""Django application configuration of ``common``."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Register the ``common`` layer."""

    name = "common"
    default_auto_field = "django.db.models.BigAutoField"

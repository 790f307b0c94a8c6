"""Django application configuration of ``performance``."""

from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    """Register the ``performance`` layer."""

    name = "performance"
    default_auto_field = "django.db.models.BigAutoField"

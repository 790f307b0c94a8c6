"""Django application configuration of ``metrics``."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """Register the ``metrics`` layer."""

    name = "metrics"
    default_auto_field = "django.db.models.BigAutoField"

"""Django application configuration of ``reviews``."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Register the ``reviews`` layer."""

    name = "reviews"
    default_auto_field = "django.db.models.BigAutoField"

"""Days of accounts: of creators, advertisers and shops."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.enums import values
from metrics.choices import Source
from metrics.models.fields import COUNT_LIMIT, MONEY_LIMIT, count_field, money_field, within
from people.models import Account


class AccountDay(models.Model):
    """What a platform says about one account on one of its days, by source."""

    COUNTS = ("plays", "profile_visits", "followers_total", "followers_gained", "followers_lost", "posts")
    SIGNED = ("likes", "comments", "shares", "favourites", "followers_net")
    VALUES = (
        "plays", "likes", "comments", "shares", "favourites", "profile_visits", "followers_total",
        "followers_gained", "followers_lost", "followers_net", "posts",
    )  # fmt: skip

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    source = models.CharField(max_length=12, choices=[(v, v) for v in values(Source)])
    plays = count_field()
    likes = count_field()
    comments = count_field()
    shares = count_field()
    favourites = count_field()
    profile_visits = count_field()
    followers_total = count_field()
    followers_gained = count_field()
    followers_lost = count_field()
    followers_net = count_field()
    posts = count_field()
    fetches = models.JSONField(default=dict)
    gaps = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("account day")
        constraints = [
            models.UniqueConstraint(fields=["account", "date", "source"], name="account_day_key"),
            within(
                ("plays", "profile_visits", "followers_total", "followers_gained", "followers_lost", "posts"),
                0, COUNT_LIMIT, "account_day_counts",
            ),
            within(("likes", "comments", "shares", "favourites", "followers_net"),
                    -COUNT_LIMIT, COUNT_LIMIT, "account_day_signed"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["date", "account"], name="account_day_date_idx")]

    def __str__(self) -> str:
        """Return account, day and source."""
        return f"{self.account_id} {self.date} {self.source}"


class AdsDay(models.Model):
    """Spend and what it brought, per advertiser account and day.

    ``about`` names the creator account when the platform tells it apart; zero
    means the whole advertiser. One day is never told both ways.
    """

    VALUES = ("spend", "impressions", "clicks", "conversions", "gmv", "refunds")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    source = models.CharField(max_length=12, choices=[(v, v) for v in values(Source)])
    about_id = models.BigIntegerField(default=0)
    spend = money_field()
    impressions = count_field()
    clicks = count_field()
    conversions = count_field()
    gmv = money_field()
    refunds = money_field()
    fetches = models.JSONField(default=dict)
    gaps = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("advertising day")
        constraints = [
            models.UniqueConstraint(fields=["account", "date", "source", "about_id"], name="ads_day_key"),
            within(("impressions", "clicks", "conversions"), 0, COUNT_LIMIT, "ads_day_counts"),
            within(("spend", "gmv", "refunds"), 0, MONEY_LIMIT, "ads_day_money"),
        ]
        indexes = [models.Index(fields=["date", "account"], name="ads_day_date_idx")]

    def __str__(self) -> str:
        """Return account, day and source."""
        return f"{self.account_id} {self.date} {self.source}"


class CommerceDay(models.Model):
    """Clicks on products and paid orders, per shop and day."""

    VALUES = ("product_clicks", "paid_orders", "gmv", "refunds")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    source = models.CharField(max_length=12, choices=[(v, v) for v in values(Source)])
    about_id = models.BigIntegerField(default=0)
    product_clicks = count_field()
    paid_orders = count_field()
    gmv = money_field()
    refunds = money_field()
    fetches = models.JSONField(default=dict)
    gaps = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("commerce day")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "date", "source", "about_id"], name="commerce_day_key"
            ),
            within(("product_clicks", "paid_orders"), 0, COUNT_LIMIT, "commerce_day_counts"),
            within(("gmv", "refunds"), 0, MONEY_LIMIT, "commerce_day_money"),
        ]
        indexes = [models.Index(fields=["date", "account"], name="commerce_day_date_idx")]

    def __str__(self) -> str:
        """Return account, day and source."""
        return f"{self.account_id} {self.date} {self.source}"

# ruff: noqa: E501
"""Instagram through Meta Business Suite: the list of posts, and files that stack one table per figure. Data only.

The stacked files are UTF-16; each of their tables has its figure's name above
"Date, Primary" and is read as a table of two columns, the second called by that
name. Reach counts people and feeds no measure.
"""

from metrics.importing.profiles.base import Column, Coverage, Kind, Profile, known
from metrics.importing.records import Grain

STACKED = "stacked"
"""The family of tables cut out of a stacked file."""

POSTS = Profile(
    key="instagram_posts",
    title="Instagram posts (Meta Business Suite)",
    platform="instagram",
    grain=Grain.VIDEO_SNAPSHOT,
    coverage=Coverage.LIFETIME,
    container="csv",
    forbidden=("Page ID", "Page name", "Seiten-ID"),
    columns=(
        Column("platform_id", Kind.ID, ("Post ID", "Beitrags-ID", "帖子编号", "貼文編號", "投稿ID"), required=True),
        Column("account", Kind.HANDLE, ("Account username", "Konto-Benutzername")),
        Column("title", Kind.TEXT, ("Description", "Beschreibung", "Title")),
        Column("duration_seconds", Kind.SECONDS, ("Duration (sec)", "Dauer (Sek.)")),
        Column("published", Kind.MOMENT, ("Publish time", "Veröffentlichungszeitpunkt"), required=True),
        Column("url", Kind.TEXT, ("Permalink", "Permanent link")),
        Column("media", Kind.MEDIA, ("Post type", "Beitragstyp"), expected=True),
        Column("whole_life", Kind.LIFE, ("Date", "Datum")),
        Column("plays", Kind.COUNT, ("Views", "Aufrufe", "Plays")),
        Column("likes", Kind.COUNT, ("Likes", "„Gefällt mir“-Angaben")),
        Column("comments", Kind.COUNT, ("Comments", "Kommentare")),
        Column("shares", Kind.COUNT, ("Shares", "Geteilte Inhalte")),
        Column("favourites", Kind.COUNT, ("Saves", "Gespeicherte Beiträge", "Gespeicherte Inhalte")),
        Column("followers_gained", Kind.COUNT, ("Follows",)),
        known("Reach", "Reichweite", remark="reach_is_people"),
        known("Account ID", "Konto-ID", "Account name", "Kontoname", "Data comment", "Datenkommentar", "Impressions"),
    ),
)  # fmt: skip

DAYS = Profile(
    key="instagram_days",
    title="Instagram days (Meta Business Suite)",
    platform="instagram",
    grain=Grain.ACCOUNT_DAY,
    family=STACKED,
    container="csv",
    columns=(
        Column("day", Kind.DAY, ("Date", "Datum", "Fecha", "Data", "日期"), required=True),
        Column("plays", Kind.COUNT, ("Instagram views", "Instagram-Aufrufe")),
        Column("plays", Kind.COUNT, ("Views", "Aufrufe"), remark="page_not_said"),
        Column("followers_gained", Kind.COUNT, ("Instagram follows", "New Instagram followers")),
        Column("followers_gained", Kind.COUNT, ("Follows",), remark="page_not_said"),
        Column("profile_visits", Kind.COUNT, ("Instagram profile visits", "Instagram visits", "Instagram-Profilaufrufe")),
        Column("profile_visits", Kind.COUNT, ("Profile visits", "Visits"), remark="page_not_said"),
    ),
)  # fmt: skip

OTHER_DAYS = Profile(
    key="meta_other_days",
    title="Meta days of another figure",
    platform="instagram",
    grain=Grain.DECLINED,
    family=STACKED,
    needs_measure=False,
    columns=(Column("day", Kind.IGNORED, DAYS.columns[0].aliases, required=True),),
    declined="other_figure",
)

FACEBOOK_POSTS = Profile(
    key="facebook_posts",
    title="Facebook posts (Meta Business Suite)",
    platform=None,
    grain=Grain.DECLINED,
    needs_measure=False,
    columns=(
        Column("", Kind.IGNORED, ("Post ID",), required=True),
        Column("", Kind.IGNORED, ("Page ID", "Page name"), required=True),
        known("Title", "Description", "Duration (sec)", "Publish time", "Permalink", "Post type", "Views", "Reach",
              "Reactions", "Comments", "Shares", "Date", "Data comment"),
    ),
    declined="other_platform",
)  # fmt: skip

PROFILES = (POSTS, DAYS, OTHER_DAYS, FACEBOOK_POSTS)

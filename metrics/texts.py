"""Names of fields, states and findings, as people read them."""

from django.utils.translation import gettext_lazy as _

FIELD_LABELS = {
    "plays": _("Plays"),
    "likes": _("Likes"),
    "comments": _("Comments"),
    "shares": _("Shares"),
    "favourites": _("Favourites"),
    "profile_visits": _("Profile visits"),
    "followers_total": _("Followers, total"),
    "followers_gained": _("Followers gained"),
    "followers_lost": _("Followers lost"),
    "followers_net": _("Followers, net"),
    "posts": _("Posts"),
    "spend": _("Spend"),
    "impressions": _("Impressions"),
    "clicks": _("Clicks"),
    "conversions": _("Conversions"),
    "gmv": _("Sales value"),
    "refunds": _("Refunds"),
    "product_clicks": _("Product clicks"),
    "paid_orders": _("Paid orders"),
    "completion_rate": _("Completion rate"),
    "five_second_rate": _("Five-second rate"),
    "two_second_exit_rate": _("Two-second exit rate"),
    "cover_click_rate": _("Cover click rate"),
    "average_play_seconds": _("Average play time"),
    "title": _("Title"),
    "account": _("Account"),
    "about": _("About the account"),
    "day": _("Day"),
    "platform_id": _("Video id"),
    "url": _("Link"),
    "published": _("Publish time"),
    "captured_on": _("Day of the reading"),
    "media": _("Kind of work"),
    "status": _("Status"),
    "duration_seconds": _("Duration"),
}
OUTCOMES = {
    "known": _("known, not stored"),
    "held": _("left out, see the warnings"),
    "unknown": _("not known, left out"),
}
STATES = {
    "settled": _("complete"),
    "partial": _("partial"),
    "late": _("late"),
    "failed": _("missing"),
    "none": _("none expected"),
}
SOURCES = {
    "corrected": _("corrected"),
    "correction": _("correction"),
    "native": _("platform"),
    "api": _("platform"),
    "file": _("file"),
    "derived": _("worked out"),
    "system": _("worked out"),
}
GAPS = {
    "unsupported": _("the platform does not give it"),
    "not_final": _("not final yet"),
    "fetch_failed": _("the last request failed"),
    "no_permission": _("no permission"),
    "not_supplied": _("not supplied"),
    "held_for_check": _("held for a check"),
}
FINDINGS = {
    "video_doubt": _("“%(title)s” may be a video that is stored already: %(titles)s."),
    "video_without_time": _("“%(title)s” has no publish time; it joins no month."),
    "decrease": _("“%(title)s” fell from %(old)s to %(new)s plays; both readings are kept."),
    "nobody_holds": _("Data came for days on which nobody operates the account."),
    "spike": _("A value is far from the account's usual range."),
    "gap": _("Days are missing in between."),
    "correction_differs": _(
        "An export says %(brought)s for “%(field)s” of %(day)s, which was corrected to %(corrected)s. "
        "The correction stands; the other value is kept beside it."
    ),
    "correction_passed": _(
        "“%(field)s” of “%(title)s” was corrected to %(corrected)s on %(day)s. A later reading says "
        "%(brought)s and counts from its day on."
    ),
    "shifted_days": _("The days of a file look moved by one day against those stored before."),
    "same_work": _("%(count)s uploads of “%(title)s” may be one work."),
}
DOUBTS = {
    "same_work": _("One work or several?"),
    "video_doubt": _("Same video or two?"),
    "video_without_time": _("Videos without a publish time"),
    "shifted_days": _("Days moved by one"),
    "decrease": _("Fewer plays than before"),
    "nobody_holds": _("Accounts nobody operates"),
    "gap": _("Missing days"),
    "spike": _("Unusual values"),
    "correction_differs": _("Files that contradict a correction"),
    "correction_passed": _("Readings after a correction"),
}
LIKENESS = {
    "identical": _("Same title, same duration."),
    "same_title": _("Same title, durations within two seconds."),
    "same_title_alone": _("Same title; a duration is not known."),
    "close_title": _("Similar titles, durations within two seconds."),
}
ANSWERS = {
    "same": _("Same video"),
    "different": _("Different videos"),
    "seen": _("Seen"),
    "chosen": _("The ticked ones are one work"),
    "entered": _("Publish time entered"),
    "left_out": _("Left out"),
    "stored_right": _("The stored days are right"),
    "new_right": _("The new file is right"),
    "merged": _("Settled with another answer"),
    "timed": _("A later file told the publish time"),
}
WORK_ANSWERS = {"same": _("One work"), "different": _("Different works")}
GRAINS = {
    "account_day": _("Days of accounts"),
    "video_snapshot": _("List of works"),
    "video_day": _("Days of videos"),
    "period_sum": _("Sums over a period"),
    "ads_day": _("Advertising days"),
    "commerce_day": _("Shop days"),
}
CELL_STATES = {
    "received": _("received"),
    "partial": _("partly here"),
    "due": _("still to come"),
    "late": _("overdue"),
    "rejected": _("not taken"),
    "not_needed": _("not needed"),
}
VOICES = {
    "given": _("as chosen"),
    "rows": _("named in the rows"),
    "works": _("recognised by its works"),
    "name": _("named in the file name"),
    "last_time": _("as last time"),
    "only_one": _("the only account it can be"),
    "none": _("not known"),
}

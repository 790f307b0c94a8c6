"""Taking an answer "same video" back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core import serializers
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict
from metrics.models import (
    Correction,
    Finding,
    FindingVideo,
    PeriodSum,
    Video,
    VideoCredit,
    VideoDay,
    VideoSnapshot,
)

MODELS: dict[str, Any] = {
    one.__name__: one for one in (VideoSnapshot, VideoDay, PeriodSum, VideoCredit, Correction)
}


def part_again(undo: Mapping[str, Any]) -> dict[str, object]:
    """Put two videos back as they were before they were made one; return what to audit.

    What came to the kept video since then stays with it. A field that changed since
    then stays as it is. Raises ``Conflict`` when the kept video is gone or the other
    one's identity was taken meanwhile.
    """
    kept = Video.objects.select_for_update().filter(pk=undo["kept"]).first()
    (plain,) = undo["video"]
    if kept is None or Video.objects.filter(pk=plain["pk"]).exists():
        raise Conflict("videos_gone", _("One of the videos is no longer there. Reload the page."))
    _restore(Video, kept, undo["fields"])
    _check_free(plain["fields"])
    _bring_back(undo["video"])
    for name, moved in undo["moved"].items():
        subject = "subject_id" if name == "PeriodSum" else "video_id"
        rows = MODELS[name].objects.filter(pk__in=moved, **{subject: kept.pk})
        rows.update(**{subject: plain["pk"]})
    for change in undo["rows"]:
        row = MODELS[change["model"]].objects.filter(pk=change["pk"]).first()
        if row is not None:
            _restore(MODELS[change["model"]], row, change["fields"])
    _bring_back(undo["dropped"])
    FindingVideo.objects.filter(pk__in=undo["subjects"]).update(video_id=plain["pk"])
    reopened = Finding.objects.filter(pk__in=undo["findings"])
    reopened.update(answer="", answered_at=None, answered_by="")
    return {"parted": plain["pk"], "kept": kept.pk}


def _restore(model: Any, row: Any, fields: Mapping[str, Sequence[str | None]]) -> None:
    """Give the fields their old values, but for those that have changed once more since then."""
    changed = []
    for name, (old, new) in fields.items():
        column = model._meta.get_field(name)
        if getattr(row, name) == _read(column, new):
            setattr(row, name, _read(column, old))
            changed.append(name)
    row.save(update_fields=changed)


def _read(column: Any, text: str | None) -> Any:
    if text is None:
        return None
    if column.get_internal_type() == "JSONField":
        return json.loads(text)
    if column.is_relation:
        return int(text)
    return column.to_python(text)


def _check_free(fields: Mapping[str, Any]) -> None:
    same = Video.objects.filter(account_id=fields["account"])
    if fields["platform_id"]:
        taken = same.filter(platform_id=fields["platform_id"])
    else:
        taken = same.filter(
            platform_id=None, title_hash=fields["title_hash"], published_at=fields["published_at"]
        )
    if taken.exists():
        raise Conflict(
            "identity_taken",
            _("A later file stored this video again, so the answer can no longer be taken back."),
        )


def _bring_back(plain: Sequence[Any]) -> None:
    for one in serializers.deserialize("json", json.dumps(plain)):
        one.save()

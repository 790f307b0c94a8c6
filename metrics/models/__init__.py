"""Facts: one meaning, one unit and one provenance a cell.

Nothing points a foreign key at a day or a snapshot, and each of their unique
keys contains the date, so that they can be partitioned by month later. A value
that is not known is NULL with a reason in ``gaps``; it is never zero.
"""

from metrics.models.collecting import FileWaiver, PendingUpload, RefusedFile, Reminder, UploadChoice
from metrics.models.corrections import Correction
from metrics.models.days import AccountDay, AdsDay, CommerceDay
from metrics.models.definitions import ManualEntry, MeasureVersion
from metrics.models.deliveries import Fetch, Finding, FindingVideo, Payload, Restatement
from metrics.models.fields import COUNT_LIMIT, MONEY_LIMIT
from metrics.models.videos import MEDIA_LABELS, PeriodSum, Video, VideoCredit, VideoDay, VideoSnapshot, Work

__all__ = [
    "COUNT_LIMIT",
    "MEDIA_LABELS",
    "MONEY_LIMIT",
    "AccountDay",
    "AdsDay",
    "CommerceDay",
    "Correction",
    "Fetch",
    "FileWaiver",
    "Finding",
    "FindingVideo",
    "ManualEntry",
    "MeasureVersion",
    "Payload",
    "PendingUpload",
    "PeriodSum",
    "RefusedFile",
    "Reminder",
    "Restatement",
    "UploadChoice",
    "Video",
    "VideoCredit",
    "VideoDay",
    "VideoSnapshot",
    "Work",
]

"""Which account each row of a file is about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from metrics.importing.records import AdsDayRecord, CommerceDayRecord, Grain, ParsedFile, Record
from metrics.services.sentences import FileRefused
from people.choices import AccountKind, Platform
from people.models import Account

PLATFORMS = frozenset(platform.value for platform in Platform)
HANDLE_LIMIT = 80
KIND_OF = {Grain.ADS_DAY: AccountKind.ADVERTISER, Grain.COMMERCE_DAY: AccountKind.SHOP}


@dataclass(frozen=True, slots=True)
class AccountName:
    """A platform and the handle there."""

    platform: str | None
    handle: str

    @classmethod
    def parse(cls, text: str, platform: str | None = None) -> "AccountName":
        """Read ``platform:handle`` or a handle (on ``platform``)."""
        head, colon, tail = text.strip().partition(":")
        if colon and head.strip().lower() in PLATFORMS:
            return cls(head.strip().lower(), tail.strip())
        return cls(platform, text.strip())

    def __str__(self) -> str:
        """Return ``platform:handle``."""
        return f"{self.platform}:{self.handle}" if self.platform else self.handle


@dataclass(slots=True)
class AccountBook:
    """The accounts a file names, found in one statement and created only when allowed."""

    parsed: ParsedFile
    chosen: Account | None
    named: AccountName | None = None
    create: bool = False
    allowed: Collection[int] | None = None
    found: dict[AccountName, Account] = field(default_factory=dict)
    ambiguous: set[AccountName] = field(default_factory=set)

    def load(self) -> None:
        """Read every account that the rows name. Raises ``FileRefused``."""
        names: dict[AccountName, int] = {}
        for record in self.parsed.records:
            for text in (record.account, _about(record)):
                if text:
                    names.setdefault(self._name(text), record.row)
        if self.named is not None and self.chosen is None:
            names.setdefault(self.named, 1)
        self._find(names)

    def _name(self, text: str) -> AccountName:
        default = self.chosen.platform if self.chosen else self.named.platform if self.named else None
        return AccountName.parse(text, default or self.parsed.platform)

    def _find(self, names: dict[AccountName, int]) -> None:
        for name, row in names.items():
            if len(name.handle) > HANDLE_LIMIT or not name.handle:
                raise FileRefused("account_too_long", file=self.parsed.file, row=row)
        handles = {name.handle for name in names}
        by_handle = sorted(Account.objects.filter(handle__in=handles), key=lambda one: one.handle)
        stored = {handle: list(group) for handle, group in groupby(by_handle, key=lambda one: one.handle)}
        for name in names:
            fitting = [one for one in stored.get(name.handle, []) if name.platform in (None, one.platform)]
            if len(fitting) == 1:
                self.found[name] = fitting[0]
            elif fitting:
                self.ambiguous.add(name)

    def account_of(self, record: Record) -> Account:
        """Return the account of a row. Raises ``FileRefused``."""
        if not record.account:
            return self._default(record.row)
        return self._named(self._name(record.account), record.row)

    def _named(self, name: AccountName, row: int) -> Account:
        """Return a named account; others' accounts and those nobody entered are refused alike."""
        found = self.found.get(name)
        restricted = self.allowed is not None and not self.create and name not in self.ambiguous
        if restricted and (found is None or found.pk not in (self.allowed or ())):
            raise FileRefused("not_your_account", file=self.parsed.file, account=str(name))
        return self._checked(self._get(name, row, self._kind()), row)

    def _default(self, row: int) -> Account:
        if self.chosen is not None:
            return self._checked(self.chosen, row)
        if self.named is None:
            raise FileRefused("no_account", file=self.parsed.file)
        return self._named(self.named, row)

    def about_of(self, record: Record) -> Account | None:
        """Return the creator account that a row is about, if it names one. Raises ``LookupError``."""
        text = _about(record)
        if not text:
            return None
        name = self._name(text)
        if name not in self.found and not (self.create and name.platform):
            raise LookupError(text)
        return self._get(name, record.row, AccountKind.CREATOR)

    def _get(self, name: AccountName, row: int, kind: AccountKind) -> Account:
        if name in self.ambiguous:
            raise FileRefused("ambiguous_account", file=self.parsed.file, account=str(name), row=row)
        if name not in self.found:
            if not self.create or name.platform is None:
                raise FileRefused("unknown_account", file=self.parsed.file, account=str(name), row=row)
            self.found[name] = Account.objects.create(
                platform=name.platform, handle=name.handle, kind=kind.value
            )
        return self.found[name]

    def _kind(self) -> AccountKind:
        return KIND_OF.get(self.parsed.grain or Grain.ACCOUNT_DAY, AccountKind.CREATOR)

    def _checked(self, account: Account, row: int) -> Account:
        if self.allowed is not None and account.pk not in self.allowed:
            raise FileRefused("not_your_account", file=self.parsed.file, account=str(account))
        if account.kind != self._kind():
            raise FileRefused(
                "wrong_kind", file=self.parsed.file, title=self.parsed.title or "", account=str(account)
            )
        return account


def _about(record: Record) -> str | None:
    return record.about if isinstance(record, (AdsDayRecord, CommerceDayRecord)) else None


def names_accounts(records: Sequence[Record]) -> bool:
    """Say whether the rows themselves name their accounts."""
    return any(record.account for record in records)

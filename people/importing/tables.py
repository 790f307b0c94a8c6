"""The sheets of the template: their columns, names in both languages, kinds of cells. Pure."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column: key, English and Chinese heading, kind of cell, whether it must be filled."""

    key: str
    english: str
    chinese: str
    kind: str = "text"
    required: bool = False
    example: str = ""


@dataclass(frozen=True)
class Table:
    """A sheet: key, English and Chinese name, columns."""

    key: str
    english: str
    chinese: str
    columns: tuple[Column, ...]

    def column_for(self, heading: str) -> Column | None:
        """Return the column that a heading in either language names, whatever its case and width."""
        wanted = plain(heading)
        for column in self.columns:
            if wanted in {plain(column.key), plain(column.english), plain(column.chinese)}:
                return column
        return None

    @property
    def required(self) -> set[str]:
        """Return the keys of the columns that every row fills."""
        return {column.key for column in self.columns if column.required}


def plain(text: str) -> str:
    """Return a heading without case, width, spaces, underscores, stars and brackets' content."""
    normal = unicodedata.normalize("NFKC", text).casefold().split("(")[0]
    return "".join(letter for letter in normal if letter.isalnum())


TEAMS = Table(
    "teams",
    "teams",
    "团队",
    (
        Column("code", "code", "团队编码", required=True, example="FOOD"),
        Column("name", "name", "团队名称", required=True, example="Food"),
        Column("parent", "parent code", "上级团队编码"),
    ),
)
POSITIONS = Table(
    "positions",
    "positions",
    "岗位",
    (
        Column("code", "code", "岗位编码", required=True, example="operator"),
        Column("name", "name", "岗位名称", required=True, example="Short-video operator"),
        Column("scored", "scored", "是否考核", kind="yes_no", example="yes"),
    ),
)
PEOPLE = Table(
    "people",
    "people",
    "人员",
    (
        Column("number", "employee number", "工号", required=True, example="E001"),
        Column("name", "name", "姓名", required=True, example="Lin Yu"),
        Column("legal_entity", "legal entity", "法人主体", example="ML"),
        Column("team", "team", "团队", example="FOOD"),
        Column("position", "position", "岗位", example="operator"),
        Column("manager", "manager number", "上级工号", example="E010"),
        Column("status", "status", "状态", kind="status", example="regular"),
        Column("starts_on", "from", "起始日期", kind="date", example="2026-08-01"),
        Column("ends_on", "until", "截止日期", kind="date"),
        Column("hired_on", "hired on", "入职日期", kind="date", example="2025-03-01"),
        Column("left_on", "left on", "离职日期", kind="date"),
        Column("cost_centre", "cost centre", "成本中心"),
        Column("username", "sign-in name", "登录名", example="lin.yu"),
        Column("roles", "role", "角色", kind="roles"),
    ),
)
ACCOUNTS = Table(
    "accounts",
    "accounts",
    "账号",
    (
        Column("platform", "platform", "平台", kind="platform", required=True, example="douyin"),
        Column("handle", "handle", "账号ID", required=True, example="soupkitchen"),
        Column("name", "name", "账号名称", example="Soup Kitchen"),
        Column("kind", "kind", "类型", kind="account_kind", example="creator"),
        Column("opened_on", "opened on", "开通日期", kind="date"),
        Column("supplier", "supplier number", "数据提供人工号", example="E001"),
    ),
)
HOLDINGS = Table(
    "holdings",
    "holdings",
    "账号归属",
    (
        Column("platform", "platform", "平台", kind="platform", required=True, example="douyin"),
        Column("handle", "handle", "账号ID", required=True, example="soupkitchen"),
        Column("number", "employee number", "工号", required=True, example="E001"),
        Column("share", "share (%)", "占比(%)", kind="decimal", required=True, example="100"),
        Column("starts_on", "from", "起始日期", kind="date", required=True, example="2026-08-01"),
        Column("ends_on", "until", "截止日期", kind="date"),
    ),
)
SALARIES = Table(
    "salaries",
    "salaries",
    "薪资",
    (
        Column("number", "employee number", "工号", required=True, example="E001"),
        Column("component", "component", "薪资项", required=True, example="base"),
        Column("amount", "amount", "金额", kind="decimal", required=True, example="8000.00"),
        Column("currency", "currency", "币种", example="CNY"),
        Column("starts_on", "from", "起始日期", kind="date", required=True, example="2026-01-01"),
        Column("ends_on", "until", "截止日期", kind="date"),
    ),
)
TABLES = (TEAMS, POSITIONS, PEOPLE, ACCOUNTS, HOLDINGS, SALARIES)


def table_named(name: str) -> Table | None:
    """Return the table that a sheet or file name means, in either language."""
    wanted = plain(name)
    return next((one for one in TABLES if wanted in {plain(one.english), plain(one.chinese)}), None)

"""The company as the workbook that people import reads. Pure."""

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from xlsxwriter import Workbook

from people.importing.tables import TABLES, Table
from portal.demo.world import POSITIONS, TEAMS, DemoAccount, Person, World

Cells = dict[str, object]
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def company_workbook(world: World) -> bytes:
    """Return the filled-in template: teams, positions, people, accounts, holdings, salaries."""
    rows: dict[str, list[Cells]] = {
        "teams": [{"code": code, "name": name, "parent": parent} for code, name, parent in TEAMS],
        "positions": [
            {"code": code, "name": name, "scored": "是" if scored else "否"}
            for code, name, scored in POSITIONS
        ],
        "people": [_person(person) for person in world.people],
        "accounts": [_account(account) for account in world.accounts],
        "holdings": [row for account in world.accounts for row in _holdings(account)],
        "salaries": [
            {
                "number": salary.number,
                "component": salary.component,
                "amount": salary.amount,
                "currency": "CNY",
                "starts_on": salary.starts_on,
            }
            for salary in world.salaries
        ],
    }
    buffer = io.BytesIO()
    with Workbook(buffer, OPTIONS) as book:
        for table in TABLES:
            _write(book, table, rows.get(table.key, []))
    return buffer.getvalue()


def _person(person: Person) -> Cells:
    return {
        "number": person.number,
        "name": person.name,
        "legal_entity": person.entity,
        "team": person.team,
        "position": person.position,
        "manager": person.manager,
        "status": "regular",
        "starts_on": person.hired_on,
        "hired_on": person.hired_on,
        "left_on": person.left_on,
        "cost_centre": f"CC-{person.team}",
        "username": person.username,
        "roles": person.role.value if person.role else "",
    }


def _account(account: DemoAccount) -> Cells:
    return {
        "platform": account.platform.value,
        "handle": account.handle,
        "name": account.name,
        "kind": account.kind.value,
        "opened_on": account.opened_on,
        "supplier": account.supplier,
    }


def _holdings(account: DemoAccount) -> Iterator[Cells]:
    for holding in account.holdings:
        for number, share in holding.shares:
            yield {
                "platform": account.platform.value,
                "handle": account.handle,
                "number": number,
                "share": share,
                "starts_on": holding.starts_on,
                "ends_on": holding.ends_on,
            }


def _write(book: Workbook, table: Table, rows: list[Cells]) -> None:
    sheet = book.add_worksheet(table.chinese)
    sheet.write_row(0, 0, [column.chinese for column in table.columns])
    for place, row in enumerate(rows, start=1):
        sheet.write_row(place, 0, [_cell(row.get(column.key)) for column in table.columns])


def _cell(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return "" if value is None else value

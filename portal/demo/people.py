"""The demonstration's people as rows of the database."""

from dataclasses import dataclass
from datetime import date

from people.access import Viewer, viewer_of
from people.models import Employee, User


@dataclass(frozen=True)
class Staff:
    """Everybody by employee number."""

    employees: dict[str, Employee]
    users: dict[str, User]

    @classmethod
    def load(cls) -> "Staff":
        """Read them all."""
        users = User.objects.select_related("employee").filter(employee__isnull=False)
        employees = {employee.number: employee for employee in Employee.objects.all()}
        return cls(employees, {user.employee.number: user for user in users if user.employee})

    def viewer(self, number: str, day: date) -> Viewer:
        """Return the person as signed in on that day."""
        return viewer_of(self.users[number], day=day)

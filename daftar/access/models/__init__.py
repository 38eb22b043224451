from daftar.access.models.department import Department, Office
from daftar.access.models.installation import Installation
from daftar.access.models.invitation import Invitation
from daftar.access.models.row import Row, Rows
from daftar.access.models.sign_in_delay import SignInDelay
from daftar.access.models.user import Role, User

__all__ = ["Department", "Installation", "Invitation", "Office", "Role", "Row", "Rows", "SignInDelay", "User"]

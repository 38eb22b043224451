from daftar.access.models.api_key import ApiKey
from daftar.access.models.audit import AuditCheck, AuditDetail, AuditEntry, AuditHead
from daftar.access.models.department import Department, Office
from daftar.access.models.installation import Installation
from daftar.access.models.invitation import Invitation
from daftar.access.models.rights_mark import RightsMark
from daftar.access.models.role import Role
from daftar.access.models.row import Row, Rows
from daftar.access.models.share import Share
from daftar.access.models.sign_in_delay import SignInDelay
from daftar.access.models.user import User

__all__ = [
    "ApiKey",
    "AuditCheck",
    "AuditDetail",
    "AuditEntry",
    "AuditHead",
    "Department",
    "Installation",
    "Invitation",
    "Office",
    "RightsMark",
    "Role",
    "Row",
    "Rows",
    "Share",
    "SignInDelay",
    "User",
]

"""Officials: postings, roles, what their sign-in is held by, and their sessions."""

from portal.staff.models.credential import Credential, FormerPassword, RecoveryCode
from portal.staff.models.posting import Posting
from portal.staff.models.role import Role
from portal.staff.models.session import StaffSession

__all__ = ["Credential", "FormerPassword", "Posting", "RecoveryCode", "Role", "StaffSession"]

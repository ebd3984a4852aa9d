"""What the database itself refuses about rights: two duties, and losing the last keeper."""

from portal.database.triggers import Guard

TWO_DUTIES = "管理员职责不得兼任 / a duty excludes every other role"
LAST_KEEPER = "最后一位安全管理员 / the last security administrator"
FIXED_ROLE = "角色的职责属性不可更改 / whether a role is a duty is fixed"

_NEW_IS_DUTY = "EXISTS (SELECT 1 FROM staff_role r WHERE r.group_id = NEW.group_id AND r.is_duty)"
_HOLDS_DUTY = (
    "EXISTS (SELECT 1 FROM auth_user_groups g JOIN staff_role r ON r.group_id = g.group_id"
    " WHERE g.user_id = NEW.user_id AND r.is_duty{but})"
)
_HOLDS_ANY = "EXISTS (SELECT 1 FROM auth_user_groups g WHERE g.user_id = NEW.user_id{but})"
_HAS_OWN_PERMISSIONS = (
    "EXISTS (SELECT 1 FROM auth_user_user_permissions p WHERE p.user_id = NEW.user_id)"
)
_IS_SUPERUSER = "EXISTS (SELECT 1 FROM auth_user u WHERE u.id = NEW.user_id AND u.is_superuser)"


def _two_duties(but: str) -> str:
    """``but`` leaves the row out that is being changed."""
    others = f"{_HOLDS_ANY.format(but=but)} OR {_HAS_OWN_PERMISSIONS} OR {_IS_SUPERUSER}"
    return f"({_NEW_IS_DUTY} AND ({others})) OR {_HOLDS_DUTY.format(but=but)}"


_KEEPERS = (
    "SELECT 1 FROM auth_user_groups g JOIN staff_role r ON r.group_id = g.group_id"
    " JOIN auth_user u ON u.id = g.user_id"
    " WHERE r.code = 'security_administrator' AND u.is_active"
)
_IS_KEEPER_GROUP = (
    "EXISTS (SELECT 1 FROM staff_role r WHERE r.group_id = OLD.group_id"
    " AND r.code = 'security_administrator')"
)
_WAS_ACTIVE = "EXISTS (SELECT 1 FROM auth_user u WHERE u.id = OLD.user_id AND u.is_active)"
_LAST_ONE_LEAVES = (
    f"{_IS_KEEPER_GROUP} AND {_WAS_ACTIVE} AND NOT EXISTS ({_KEEPERS} AND g.user_id <> OLD.user_id)"
)
_LAST_ONE_STOPS = (
    f"OLD.is_active AND NOT NEW.is_active AND EXISTS ({_KEEPERS} AND g.user_id = OLD.id)"
    f" AND NOT EXISTS ({_KEEPERS} AND g.user_id <> OLD.id)"
)
_DUTY_BECOMES_SUPERUSER = (
    "NEW.is_superuser AND EXISTS (SELECT 1 FROM auth_user_groups g"
    " JOIN staff_role r ON r.group_id = g.group_id WHERE g.user_id = NEW.id AND r.is_duty)"
)

GUARDS = [
    Guard("staff_duty_add", "auth_user_groups", "INSERT", _two_duties(""), TWO_DUTIES),
    Guard(
        "staff_duty_move",
        "auth_user_groups",
        "UPDATE",
        _two_duties(" AND g.id <> OLD.id"),
        TWO_DUTIES,
    ),
    Guard(
        "staff_duty_permission",
        "auth_user_user_permissions",
        "INSERT",
        _HOLDS_DUTY.format(but=""),
        TWO_DUTIES,
    ),
    Guard("staff_duty_superuser", "auth_user", "UPDATE", _DUTY_BECOMES_SUPERUSER, TWO_DUTIES),
    Guard("staff_keeper_leaves", "auth_user_groups", "DELETE", _LAST_ONE_LEAVES, LAST_KEEPER),
    Guard("staff_keeper_moves", "auth_user_groups", "UPDATE", _LAST_ONE_LEAVES, LAST_KEEPER),
    Guard("staff_keeper_stops", "auth_user", "UPDATE", _LAST_ONE_STOPS, LAST_KEEPER),
    Guard(
        "staff_role_fixed",
        "staff_role",
        "UPDATE",
        "OLD.is_duty <> NEW.is_duty OR OLD.code <> NEW.code OR OLD.group_id <> NEW.group_id",
        FIXED_ROLE,
    ),
    Guard("staff_role_kept", "staff_role", "DELETE", "OLD.is_duty", FIXED_ROLE),
]

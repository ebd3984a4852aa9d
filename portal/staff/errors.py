"""Why a change to accounts and rights was refused."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import get_language


class RightsRefusal(PermissionDenied):
    """A change of rights that the rules forbid; ``zh`` and ``en`` say which rule."""

    code = "rights_refused"
    zh = "不允许更改权限"
    en = "this change of rights is not allowed"

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


class DutyConflict(RightsRefusal):
    """One person holds one of the three duties and nothing else (三员分立)."""

    code = "duty_conflict"
    zh = "系统、安全、审计管理员三种职责须由三人分别担任，且不得兼任其他角色"
    en = "whoever holds one of the three administrator duties holds no other role"


class OwnRights(RightsRefusal):
    """Nobody gives rights to, or takes them from, themselves."""

    code = "own_rights"
    zh = "不能更改自己的角色、任职或账号状态"
    en = "nobody may change their own roles, postings or account state"


class NotTheKeeper(RightsRefusal):
    """Only the security administrator changes rights."""

    code = "not_the_keeper"
    zh = "只有安全管理员可以更改账号与权限"
    en = "only the security administrator changes accounts and rights"


class ResetOnServer(RightsRefusal):
    """Who resets the sign-in of another administrator could sign in as them (三员分立)."""

    code = "reset_on_server"
    zh = (
        "系统管理员、审计管理员的密码和动态口令不能在此重置，"
        "须由服务器管理人员执行 manage.py reset_official 用户名"
    )
    en = (
        "the password and the second factor of a system or audit administrator are not reset here:"
        " whoever runs the server does it with manage.py reset_official NAME"
    )


class DutyOnServer(RightsRefusal):
    """Who keeps accounts hands the other two duties to no account that is theirs to reset."""

    code = "duty_on_server"
    zh = (
        "系统管理员、审计管理员职责不能在此授予，"
        "须由服务器管理人员用 manage.py create_official 新建账号"
    )
    en = (
        "the duties of the system and audit administrator are not given here: whoever runs the"
        " server makes an account with manage.py create_official"
    )


class LastKeeper(RightsRefusal):
    """Without a security administrator nobody could name another."""

    code = "last_keeper"
    zh = "这是最后一位在用的安全管理员，不能停用或移除"
    en = "this is the last active security administrator"


class FixedRole(RightsRefusal):
    """Roles get their permissions from the code alone."""

    code = "fixed_role"
    zh = "角色的权限由系统规定，不能在此更改"
    en = "the permissions of a role are fixed by the system"

"""Roles as data (角色): what each may do. ``manage.py staff_roles`` writes them to the database.

The three administrator duties (三员分立) exclude each other and every other role: who runs the
system does not hand out rights, who hands out rights does not read the log, and none of them
drafts or approves content.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

ENTER = "wagtailadmin.access_admin"


@dataclass(frozen=True)
class RoleSpec:
    """A role: ``permissions`` as "app.codename", ``pages`` as codenames over all pages.

    ``is_duty``: one of the three administrators. ``posted``: worth nothing without a posting.
    """

    code: str
    name: str
    help: Any
    permissions: tuple[str, ...]
    pages: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    is_duty: bool = False

    @property
    def all_permissions(self) -> tuple[str, ...]:
        """With the permission to enter the staff area."""
        return (ENTER, *self.permissions)


def _all(app_model: str, *actions: str) -> tuple[str, ...]:
    app, model = app_model.split(".")
    return tuple(f"{app}.{action}_{model}" for action in actions or ("add", "change", "view"))


NOTICE_EDITOR = RoleSpec(
    "notice_editor", "公示编辑", _("起草、修改、提交公示。"), ("plans.draft_notice",)
)
NOTICE_APPROVER = RoleSpec(
    "notice_approver", "公示审批", _("审批他人提交的公示。"), ("plans.approve_notice",)
)
NOTICE_ADMINISTRATOR = RoleSpec(
    "notice_administrator",
    "公示管理员",
    _("延长、重新公告、撤回公示。"),
    ("plans.administer_notice", "subscriptions.see_mail_queue"),
)
POLICY_EDITOR = RoleSpec(
    "policy_editor",
    "政策编辑",
    _("维护政策法规、解读与问答。"),
    ("policies.edit_policy",),
)
MESSAGE_HANDLER = RoleSpec(
    "message_handler", "留言处理", _("答复来信与找错。"), ("feedback.answer_message",)
)
LAYER_IMPORTER = RoleSpec(
    "layer_importer", "图层导入", _("上传签名的图层发布包。"), ("releases.import_release",)
)
LAYER_APPROVER = RoleSpec(
    "layer_approver", "图层审批", _("审批、回退、撤回图层。"), ("releases.approve_release",)
)
SITE_EDITOR = RoleSpec(
    "site_editor",
    "网站编辑",
    _("维护首页与一般栏目页面、固定页面文字、图片和文件。"),
    (
        *_all("core.sitetexts", "change"),
        *_all("wagtailimages.image", "add", "change", "delete", "choose"),
        *_all("wagtaildocs.document", "add", "change", "delete", "choose"),
        *_all("search_index.synonymgroup", "add", "change", "delete", "view"),
        "search_index.view_indexstate",
    ),
    pages=("add_page", "change_page", "publish_page"),
    collections=(
        *_all("wagtailimages.image", "add", "change", "choose"),
        *_all("wagtaildocs.document", "add", "change", "choose"),
    ),
)
SYSTEM_ADMINISTRATOR = RoleSpec(
    "system_administrator",
    "系统管理员",
    _("网站设置、节点、行政区划。不管账号，不管内容。"),
    (
        *_all("core.siteidentity", "change"),
        *_all("regions.region"),
        *_all("regions.node", "add", "change", "delete", "view"),
        *_all("wagtailcore.site", "add", "change", "delete", "view"),
        *_all("wagtailredirects.redirect", "add", "change", "delete", "view"),
        "search_index.view_indexstate",
    ),
    is_duty=True,
)
SECURITY_ADMINISTRATOR = RoleSpec(
    "security_administrator",
    "安全管理员",
    _("账号、角色、任职、解锁、动态口令重置。不管设置，不管内容。"),
    (
        *_all("auth.user"),
        *_all("staff.posting", "add", "change", "delete", "view"),
        "staff.keep_accounts",
    ),
    is_duty=True,
)
AUDIT_ADMINISTRATOR = RoleSpec(
    "audit_administrator",
    "审计管理员",
    _("查阅、核验、导出审计日志与统计报表。什么都不改。"),
    ("audit.view_auditevent", "audit.export_auditevent", "audit.view_report"),
    is_duty=True,
)

ROLES: tuple[RoleSpec, ...] = (
    NOTICE_EDITOR,
    NOTICE_APPROVER,
    NOTICE_ADMINISTRATOR,
    POLICY_EDITOR,
    MESSAGE_HANDLER,
    LAYER_IMPORTER,
    LAYER_APPROVER,
    SITE_EDITOR,
    SYSTEM_ADMINISTRATOR,
    SECURITY_ADMINISTRATOR,
    AUDIT_ADMINISTRATOR,
)
BY_CODE = {role.code: role for role in ROLES}
DUTIES = tuple(role for role in ROLES if role.is_duty)
WAGTAIL_GROUPS = ("Editors", "Moderators")
"""Groups that Wagtail's own migrations make; they are nobody's role here."""

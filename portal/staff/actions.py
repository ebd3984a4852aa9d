"""Names of audited actions for people; an unknown one is shown as it is written."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

LABELS = {
    "sign_in.succeeded": _("登录"),
    "sign_in.failed": _("登录失败"),
    "sign_in.locked": _("登录锁定"),
    "sign_out": _("退出登录"),
    "session.ended": _("会话结束"),
    "session.revoked": _("会话被终止"),
    "second_factor.enrolment_begun": _("开始绑定动态口令"),
    "second_factor.enrolled": _("绑定动态口令"),
    "second_factor.reset": _("重置动态口令"),
    "second_factor.recovery_code_used": _("使用备用验证码"),
    "second_factor.recovery_codes_renewed": _("更换备用验证码"),
    "account.created": _("新建账号"),
    "account.changed": _("更改账号"),
    "account.deleted": _("删除账号"),
    "account.unlocked": _("解锁账号"),
    "account.password_changed": _("更改密码"),
    "account.permissions": _("更改权限"),
    "account.role_added": _("授予角色"),
    "account.role_removed": _("取消角色"),
    "posting.added": _("新增任职"),
    "posting.changed": _("更改任职"),
    "posting.removed": _("取消任职"),
    "roles.written": _("写入角色"),
    "audit.verified": _("核验审计日志"),
    "audit.exported": _("导出审计日志"),
    "integrity.checked": _("自动核验"),
    "report.exported": _("导出统计报表"),
    "release.imported": _("导入图层"),
    "release.approved": _("审批并发布图层"),
    "release.rolled_back": _("回退图层"),
    "release.withdrawn": _("撤回图层"),
    "release.interrupted": _("图层发布中断"),
    "release.audited": _("复核图层"),
    "release.incident": _("安全事件"),
    "wagtail.create": _("新建"),
    "wagtail.edit": _("编辑"),
    "wagtail.delete": _("删除"),
    "wagtail.publish": _("发布"),
    "wagtail.unpublish": _("取消发布"),
    "wagtail.move": _("移动"),
    "wagtail.copy": _("复制"),
}


def register_labels(labels: dict[str, object]) -> None:
    """Names of another part's actions; called when its app is ready."""
    LABELS.update(labels)  # type: ignore[arg-type]


def action_label(action: str) -> str:
    """What an action is called."""
    return str(LABELS.get(action, action))

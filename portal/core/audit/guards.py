"""What the database itself refuses: the log is only added to, number by number."""

from portal.database.triggers import append_only

GUARDS = append_only(
    "audit_event_kept",
    "audit_auditevent",
    "sequence",
    "审计日志只可追加 / the audit log is append-only",
)

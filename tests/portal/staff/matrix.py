"""Who may open which address of the staff area, as data. A new address needs a line here.

The first rule whose pattern fits the name of the address holds. ``who`` names roles of
``portal.staff.roles``; ``EVERYBODY`` includes visitors, ``STAFF`` everybody who signed in.
Superusers stand beside the table: see ``SUPERUSER_SHUT``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from portal.staff.roles import ROLES

STAFF = frozenset(role.code for role in ROLES)
VISITOR = "visitor"
EVERYBODY = STAFF | {VISITOR}
NOBODY: frozenset[str] = frozenset()

SYSTEM = frozenset({"system_administrator"})
SECURITY = frozenset({"security_administrator"})
AUDIT = frozenset({"audit_administrator"})
RELEASES = frozenset({"layer_importer", "layer_approver"})
SITE = frozenset({"site_editor"})
CONTENT = frozenset(role.code for role in ROLES if not role.is_duty)
POLICIES = frozenset({"policy_editor"})
MESSAGES = frozenset({"message_handler"})
NOTICES = frozenset({"notice_editor", "notice_approver", "notice_administrator"})


@dataclass(frozen=True)
class Rule:
    """``posted``: worth nothing to whoever is posted elsewhere."""

    pattern: str
    who: frozenset[str]
    posted: bool = False

    def fits(self, name: str) -> bool:
        return fnmatchcase(name, self.pattern)


RULES = (
    # before the sign-in
    Rule("sign_in:shut", NOBODY),
    Rule("sign_in:password", frozenset({VISITOR})),
    Rule("sign_in:*", NOBODY),  # the second step leads back to the first; see test_sign_in
    Rule("wagtailadmin_login", frozenset({VISITOR})),
    Rule("wagtailadmin_logout", NOBODY),  # leads everybody to the sign-in
    Rule("wagtailadmin_password_reset*", NOBODY),  # the security administrator resets in person
    Rule("wagtailadmin_javascript_catalog", EVERYBODY),  # the texts of Wagtail's scripts
    Rule("wagtailadmin_sprite", EVERYBODY),  # Wagtail's icons
    # one's own
    Rule("wagtailadmin_home", STAFF),
    Rule("wagtailadmin_account", STAFF),
    Rule("wagtailadmin_dismissibles", STAFF),
    Rule("staff:password", STAFF),
    Rule("staff:security", STAFF),
    Rule("staff:recovery_codes", STAFF),
    Rule("staff:end_session", STAFF),
    Rule("staff:end_others", STAFF),
    # the three duties
    Rule("staff:account", SECURITY),
    Rule("staff:unlock", SECURITY),
    Rule("staff:reset_second_factor", SECURITY),
    Rule("staff:end_sessions", SECURITY),
    Rule("staff_postings:*", SECURITY),
    Rule("wagtailusers_users:delete", NOBODY),  # accounts are stopped, not deleted
    Rule("wagtailusers_users:*", SECURITY),
    Rule("wagtailusers_groups:*", NOBODY),  # roles come from the code
    Rule("staff:audit*", AUDIT),
    Rule("staff:reports", AUDIT | MESSAGES),  # each the own ones; see test_reports
    Rule("staff:report*", AUDIT),
    Rule("regions:delete", NOBODY),  # divisions are abolished, not deleted
    Rule("regions:*", SYSTEM),
    Rule("nodes:*", SYSTEM),
    Rule("wagtailsites:*", SYSTEM),
    Rule("wagtailsettings:*.siteidentity", SYSTEM),
    Rule("wagtailsettings:*.sitetexts", SITE),
    Rule("wagtailredirects:*", SYSTEM),
    # releases
    Rule("releases:upload", frozenset({"layer_importer"}), posted=True),
    Rule("releases:approve", frozenset({"layer_approver"}), posted=True),
    Rule("releases:withdraw", frozenset({"layer_approver"}), posted=True),
    Rule("releases:rollback", frozenset({"layer_approver"}), posted=True),
    Rule("releases:*", RELEASES, posted=True),
    # notices
    Rule("notices_staff:new", frozenset({"notice_editor"}), posted=True),
    Rule("notices_staff:edit", frozenset({"notice_editor", "notice_administrator"}), posted=True),
    Rule("notices_staff:calendar*", frozenset({"notice_administrator"}), posted=True),
    Rule("notices_staff:period*", frozenset({"notice_administrator"}), posted=True),
    Rule("notices_staff:*", NOTICES, posted=True),
    Rule("subscriptions_staff:*", frozenset({"notice_administrator"}), posted=True),
    # search
    Rule("search_synonyms:*", SITE),
    Rule("search_index_state", SITE | SYSTEM),
    # policies
    Rule("policy_import:*", POLICIES, posted=True),
    Rule("policy_regulation_chooser:create", NOBODY),  # regulations come in by import
    Rule("policy_regulation_chooser:*", CONTENT),  # titles that the public pages show too
    Rule("policy_*", POLICIES, posted=True),
    # messages
    Rule("feedback_staff:*", MESSAGES, posted=True),
    # pages, images, documents: Wagtail shows its choosers to everybody who may write anything
    Rule("wagtailadmin_pages:choose_parent", CONTENT),
    Rule("wagtailadmin_pages:confirm_workflow_cancellation", CONTENT),
    Rule("wagtailadmin_pages:move_confirm", CONTENT),
    Rule("wagtailadmin_pages:revisions_index", CONTENT),
    Rule("wagtailadmin_pages:*lock", NOBODY),
    Rule("wagtailadmin_pages:workflow_preview", NOBODY),
    Rule("wagtail*_chooser:chosen", SITE),
    Rule("wagtail*_chooser:create", SITE),
    Rule("wagtailimages_chooser:*", CONTENT),
    Rule("wagtaildocs_chooser:*", CONTENT),
    Rule("wagtailadmin_pages:*", SITE),
    Rule("wagtailadmin_explore*", SITE),
    Rule("wagtailimages*", SITE),
    Rule("wagtaildocs*", SITE),
)

# Wagtail's parts that are shut or that nobody here has a use for.
RULES += (
    Rule("wagtailadmin_workflows:*", NOBODY),
    Rule("wagtailadmin_collections:*", NOBODY),
    Rule("wagtailadmin_reports:*", NOBODY),
    Rule("wagtailadmin_error_test", NOBODY),
    Rule("wagtail_bulk_action", SITE),
    Rule("wagtailadmin_api:*", CONTENT),
    Rule("wagtailadmin_choose_page*", CONTENT),
    Rule("wagtailadmin_tag_*", CONTENT),
    Rule("wagtailadmin_editing_sessions:*", CONTENT),
    Rule("wagtailadmin_block_preview", CONTENT),
    Rule("wagtailembeds:*", CONTENT),
    Rule("wagtailsnippets:*", NOBODY),
)


def rule_for(name: str) -> Rule | None:
    """The rule of an address; None: somebody forgot it."""
    return next((rule for rule in RULES if rule.fits(name)), None)


Arguments = dict[str, Any]

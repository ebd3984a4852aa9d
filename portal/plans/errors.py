"""What can be wrong with a notice: each error has a code and says how to mend it, in two languages."""

from __future__ import annotations


class NoticeError(Exception):
    """A rule of the procedure forbids what was asked; nothing was changed (公示操作被拒绝)."""

    code = "notice"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


class FrozenText(NoticeError):
    """The text may not change any more: a change is a new version."""

    code = "frozen"


class WrongState(NoticeError):
    """The version is not in the state from which this step can be taken."""

    code = "wrong_state"


class NotAllowed(NoticeError):
    """This person may not take this step."""

    code = "not_allowed"


class Incomplete(NoticeError):
    """Something that the law or the page needs is missing."""

    code = "incomplete"


class CalendarMissing(NoticeError, LookupError):
    """The working days of a year were never imported, so a period cannot be counted."""

    code = "calendar_missing"


class BadCalendar(NoticeError):
    """A table of days off cannot be used; nothing was changed."""

    code = "bad_calendar"


class BadDocument(NoticeError):
    """A file is not what a notice may carry."""

    code = "bad_document"


class NotChecked(BadDocument):
    """The check of a file took too long, too much memory, or died: nobody knows what it is."""

    code = "document_not_checked"


class ChangedMeanwhile(NoticeError):
    """Somebody else changed the version since the form was opened."""

    code = "changed_meanwhile"

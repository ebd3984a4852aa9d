"""Refusals of the feedback procedure."""

from __future__ import annotations

from django.utils.translation import get_language


class FeedbackError(Exception):
    """A step that the procedure refuses; ``code`` is stable, the text in both languages."""

    code = "feedback"
    chinese = "此操作不能进行"
    english = "this cannot be done"

    def __str__(self) -> str:
        return self.english if (get_language() or "").startswith("en") else self.chinese


class AlreadyClosed(FeedbackError):
    """The message was answered or dismissed before."""

    code = "already_closed"
    chinese = "这条留言已经办结，不能再改。"
    english = "This message was closed already and cannot be changed."


class ReasonMissing(FeedbackError):
    """An answer or a dismissal without a text."""

    code = "reason_missing"
    chinese = "请写明答复内容或不予受理的理由。"
    english = "Write the answer, or the reason for the dismissal."


class NotAKeeper(FeedbackError):
    """The official to whom a message is assigned does not keep this column there."""

    code = "not_a_keeper"
    chinese = "此人在该地区没有办理留言的职责。"
    english = "This person does not answer messages there."

"""Kinds of regulations, units of their text, and where an edition stands in time."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class RegulationKind(TextChoices):
    """Rank of a text (效力位阶), the highest first; after 立法法 (Legislation Law), chapter V."""

    CONSTITUTION = "constitution", _("宪法")
    LAW = "law", _("法律")
    STATE_COUNCIL = "state_council", _("行政法规")
    LOCAL = "local", _("地方性法规")
    INTERPRETATION = "interpretation", _("司法解释")
    DEPARTMENT_RULE = "department_rule", _("部门规章")
    LOCAL_RULE = "local_rule", _("地方政府规章")
    NORMATIVE = "normative", _("规范性文件")
    CASE = "case", _("案例")
    OTHER = "other", _("其他")


class PartKind(IntegerChoices):
    """A heading of a text; the value is its rank, the larger inside the smaller."""

    SECTION = 5, _("标题")
    BOOK = 10, _("编")
    SUBBOOK = 20, _("分编")
    CHAPTER = 30, _("章")
    SUBHEADING = 35, _("小标题")
    DIVISION = 40, _("节")
    MINOR = 45, _("次级标题")


class UnitKind(TextChoices):
    """What a unit of a text is. Only articles (条) count as articles."""

    ARTICLE = "article", _("条")
    ITEM = "item", _("项")
    PARAGRAPH = "paragraph", _("段")
    TABLE = "table", _("表")


class Validity(TextChoices):
    """Where an edition, or a regulation, stands on a day (时效)."""

    IN_FORCE = "in_force", _("现行有效")
    NOT_YET = "not_yet", _("尚未施行")
    ENDED = "ended", _("已失效")
    UNKNOWN = "unknown", _("效力待核实")


class DateBasis(TextChoices):
    """Where the first day in force was read; ``UNKNOWN`` is shown as such, never guessed."""

    METADATA = "metadata", _("随文元数据")
    HISTORY = "history", _("题注")
    TEXT = "text", _("正文施行条款")
    PROMULGATION = "promulgation", _("公布之日起施行")
    STAFF = "staff", _("工作人员核定")
    UNKNOWN = "unknown", _("不详")

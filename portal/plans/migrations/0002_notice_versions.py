"""Notices become models with numbered versions; what stood on pages becomes drafts, nothing is lost.

A page knew no approver, and nothing is public without one: each old notice waits as a draft, with its
text, to be submitted and approved.
"""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
from django.conf import settings
from django.contrib.gis.geos import Polygon
from django.db import migrations, models
from django.db.models import F

import portal.core.fields
import portal.plans.models.parts

KINDS = {"project": "pre_approval", "permit": "building_permit"}
COPIED = (
    "title", "title_en", "reference", "summary", "summary_en", "place", "contact_office",
    "contact_phone", "contact_address", "contact_email", "source",
)  # fmt: skip
EDGES = ("west", "south", "east", "north")
NATION = {"code": "100000", "name": "全国", "level": 0, "path": "100000/", "pinyin": "quanguo"}

old_pages = []


def collect_pages(apps, schema_editor):
    """Keep the pages in memory and take them out of the page tree."""
    old_pages.clear()
    page_model, layer_model = (
        apps.get_model("plans", "NoticePage"),
        apps.get_model("plans", "NoticeLayer"),
    )
    index_model, tree = (
        apps.get_model("plans", "NoticeIndexPage"),
        apps.get_model("wagtailcore", "Page"),
    )
    for page in page_model.objects.order_by("published_on", "pk"):
        layers = list(layer_model.objects.filter(notice=page).values_list("layer_code", flat=True))
        values = {name: getattr(page, name) for name in COPIED}
        body = page_model._meta.get_field("body").get_prep_value(page.body)
        edges = [getattr(page, edge) for edge in EDGES]
        kind = KINDS.get(page.kind, page.kind)
        old_pages.append((kind, values, body, edges, layers, page.published_on.year))
    for index in index_model.objects.all():
        tree.objects.filter(path__startswith=index.path).exclude(pk=index.pk).delete()
        parent = index.path[:-4]
        tree.objects.filter(pk=index.pk).delete()
        tree.objects.filter(path=parent).update(numchild=F("numchild") - 1)


def write_drafts(apps, schema_editor):
    """Each old page as the first version of a notice of the whole country."""
    if not old_pages:
        return
    notice_model, version_model = (
        apps.get_model("plans", "Notice"),
        apps.get_model("plans", "NoticeVersion"),
    )
    layer_model, region_model = (
        apps.get_model("plans", "NoticeLayer"),
        apps.get_model("regions", "Region"),
    )
    region, _ = region_model.objects.get_or_create(
        code=NATION["code"], defaults={**NATION, "initials": "qg"}
    )
    serials = {}
    for kind, values, body, edges, layers, year in old_pages:
        serial = serials[year] = serials.get(year, 0) + 1
        code = f"{region.code}-{year}-{serial:04d}"
        notice = notice_model.objects.create(
            code=code, region=region, kind=kind, year=year, serial=serial
        )
        footprint = Polygon.from_bbox(edges) if None not in edges else None
        if footprint:
            footprint.srid = 4490
        version = version_model.objects.create(
            notice=notice, number=1, footprint=footprint, body=body, **values
        )
        for order, layer in enumerate(layers):
            layer_model.objects.create(version=version, layer_code=layer, sort_order=order)


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0001_initial"),
        ("regions", "0001_initial"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(collect_pages, migrations.RunPython.noop),
        migrations.DeleteModel(name="NoticeLayer"),
        migrations.DeleteModel(name="NoticePage"),
        migrations.DeleteModel(name="NoticeIndexPage"),
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        primary_key=True, serialize=False, verbose_name="年份"
                    ),
                ),
                ("source", models.CharField(max_length=200, verbose_name="来源")),
                ("imported_at", models.DateTimeField(auto_now=True, verbose_name="导入时间")),
            ],
            options={
                "verbose_name": "工作日历",
                "verbose_name_plural": "工作日历",
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False, verbose_name="日期")),
                ("is_working", models.BooleanField(verbose_name="调休上班")),
                ("name", models.CharField(max_length=40, verbose_name="节日")),
                (
                    "year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="plans.calendaryear",
                        verbose_name="年份",
                    ),
                ),
            ],
            options={
                "verbose_name": "放假与调休",
                "verbose_name_plural": "放假与调休",
                "ordering": ("day",),
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        editable=False, max_length=30, unique=True, verbose_name="公示号"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("draft_plan", "规划草案公告"),
                            ("pre_approval", "批前公示"),
                            ("approved_plan", "批后公布"),
                            ("amendment", "规划修改公示"),
                            ("site_opinion", "用地预审与选址意见书"),
                            ("land_permit", "建设用地规划许可"),
                            ("building_permit", "建设工程规划许可"),
                            ("village_permit", "乡村建设规划许可"),
                            ("hearing", "听证公告"),
                            ("opinions_result", "意见采纳情况公布"),
                            ("land_supply", "土地供应公告"),
                        ],
                        max_length=20,
                        verbose_name="类型",
                    ),
                ),
                (
                    "plan_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("overall", "总体规划"),
                            ("special", "专项规划"),
                            ("detailed", "详细规划"),
                        ],
                        max_length=10,
                        verbose_name="规划类别",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("year", models.PositiveSmallIntegerField(editable=False)),
                ("serial", models.PositiveIntegerField(editable=False)),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followers",
                        to="plans.notice",
                        verbose_name="前一程序的公示",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="regions.region",
                        verbose_name="行政区划",
                    ),
                ),
            ],
            options={
                "verbose_name": "公示",
                "verbose_name_plural": "公示",
                "permissions": [
                    ("draft_notice", "起草公示"),
                    ("approve_notice", "审批公示"),
                    ("administer_notice", "重新公告与撤回公示"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, verbose_name="版本"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草中"),
                            ("returned", "已退回"),
                            ("awaiting", "待审批"),
                            ("approved", "已批准"),
                            ("published", "已发布"),
                            ("closed", "已结束"),
                            ("archived", "已归档"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("title_en", models.CharField(blank=True, max_length=255, verbose_name="英文标题")),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("summary", models.CharField(max_length=300, verbose_name="摘要")),
                (
                    "summary_en",
                    models.CharField(blank=True, max_length=500, verbose_name="英文摘要"),
                ),
                ("body", portal.core.fields.BodyField(blank=True, verbose_name="正文")),
                ("how_to_object", models.TextField(blank=True, verbose_name="如何提出意见")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="位置说明")),
                (
                    "footprint",
                    django.contrib.gis.db.models.fields.GeometryField(
                        blank=True, null=True, srid=4490, verbose_name="位置范围"
                    ),
                ),
                (
                    "contact_office",
                    models.CharField(blank=True, max_length=120, verbose_name="联系单位"),
                ),
                (
                    "contact_phone",
                    models.CharField(blank=True, max_length=60, verbose_name="联系电话"),
                ),
                (
                    "contact_address",
                    models.CharField(blank=True, max_length=200, verbose_name="联系地址"),
                ),
                (
                    "contact_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="电子邮箱"),
                ),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="发布机关")),
                (
                    "change_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="变更说明"),
                ),
                (
                    "period_amount",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="公示天数"
                    ),
                ),
                (
                    "period_unit",
                    models.CharField(
                        blank=True,
                        choices=[("calendar", "自然日"), ("working", "工作日")],
                        max_length=10,
                        verbose_name="计算方式",
                    ),
                ),
                (
                    "period_excludes_first_day",
                    models.BooleanField(default=True, verbose_name="公告当日不计入"),
                ),
                (
                    "period_ends_on_working_day",
                    models.BooleanField(default=False, verbose_name="末日遇节假日顺延"),
                ),
                (
                    "period_basis",
                    models.CharField(blank=True, max_length=200, verbose_name="法律依据"),
                ),
                (
                    "publish_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="发布时间"),
                ),
                ("opens_on", models.DateField(editable=False, null=True, verbose_name="公示开始")),
                (
                    "first_closes_on",
                    models.DateField(editable=False, null=True, verbose_name="最初的截止日"),
                ),
                (
                    "closes_on",
                    models.DateField(editable=False, null=True, verbose_name="公示截止（含当日）"),
                ),
                ("superseded_at", models.DateTimeField(editable=False, null=True)),
                (
                    "content_hash",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="内容校验值"
                    ),
                ),
                ("submitted_at", models.DateTimeField(editable=False, null=True)),
                ("approved_at", models.DateTimeField(editable=False, null=True)),
                ("edit_number", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "approved_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审批人",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="起草人",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="plans.notice",
                        verbose_name="公示",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
            ],
            options={
                "verbose_name": "公示版本",
                "verbose_name_plural": "公示版本",
            },
        ),
        migrations.CreateModel(
            name="NoticeLayer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                ("layer_code", models.SlugField(max_length=40, verbose_name="图层")),
                (
                    "release_id",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="发布版本"
                    ),
                ),
                (
                    "version",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="layer_links",
                        to="plans.noticeversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "相关图层",
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="NoticeEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("created", "起草"),
                            ("submitted", "提交审批"),
                            ("returned", "退回"),
                            ("approved", "审批通过"),
                            ("published", "发布"),
                            ("extended", "延长公示"),
                            ("reannounced", "重新公告"),
                            ("closed", "公示期满"),
                            ("archived", "归档"),
                            ("withdrawn", "撤回"),
                        ],
                        max_length=12,
                        verbose_name="事项",
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间"),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                ("closes_on", models.DateField(null=True, verbose_name="当时的截止日")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="plans.noticeversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "办理记录",
                "ordering": ("at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="NoticeDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("text", "文本"),
                            ("drawing", "图件"),
                            ("explanation", "说明"),
                            ("attachment", "附件"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                (
                    "file",
                    models.FileField(
                        max_length=255,
                        upload_to=portal.plans.models.parts.document_path,
                        verbose_name="文件",
                    ),
                ),
                ("media_type", models.CharField(editable=False, max_length=100)),
                ("size", models.PositiveBigIntegerField(editable=False)),
                ("sha256", models.CharField(editable=False, max_length=64)),
                (
                    "version",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="plans.noticeversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "公示文件",
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StatutoryPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("draft_plan", "规划草案公告"),
                            ("pre_approval", "批前公示"),
                            ("approved_plan", "批后公布"),
                            ("amendment", "规划修改公示"),
                            ("site_opinion", "用地预审与选址意见书"),
                            ("land_permit", "建设用地规划许可"),
                            ("building_permit", "建设工程规划许可"),
                            ("village_permit", "乡村建设规划许可"),
                            ("hearing", "听证公告"),
                            ("opinions_result", "意见采纳情况公布"),
                            ("land_supply", "土地供应公告"),
                        ],
                        max_length=20,
                        verbose_name="公示类型",
                    ),
                ),
                ("amount", models.PositiveSmallIntegerField(verbose_name="天数")),
                (
                    "unit",
                    models.CharField(
                        choices=[("calendar", "自然日"), ("working", "工作日")],
                        max_length=10,
                        verbose_name="计算方式",
                    ),
                ),
                (
                    "excludes_first_day",
                    models.BooleanField(default=True, verbose_name="公告当日不计入"),
                ),
                (
                    "ends_on_working_day",
                    models.BooleanField(default=False, verbose_name="末日遇节假日顺延"),
                ),
                ("basis", models.CharField(max_length=200, verbose_name="法律依据")),
                ("basis_text", models.TextField(blank=True, verbose_name="条文摘录")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="启用日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="停用日期")),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                        verbose_name="适用地区",
                    ),
                ),
            ],
            options={
                "verbose_name": "法定公示期",
                "verbose_name_plural": "法定公示期",
            },
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                fields=("region", "year", "serial"), name="notice_number_once"
            ),
        ),
        migrations.AddIndex(
            model_name="noticeversion",
            index=models.Index(fields=["opens_on", "closes_on"], name="version_period"),
        ),
        migrations.AddIndex(
            model_name="noticeversion",
            index=models.Index(fields=["state", "closes_on"], name="version_state_closes"),
        ),
        migrations.AddIndex(
            model_name="noticeversion",
            index=models.Index(fields=["state", "publish_at"], name="version_state_publish"),
        ),
        migrations.AddConstraint(
            model_name="noticeversion",
            constraint=models.UniqueConstraint(
                fields=("notice", "number"), name="version_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["draft", "returned", "awaiting", "approved"])),
                fields=("notice",),
                name="version_in_work_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(
                        models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                        models.Q(("approved_by", models.F("author")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="version_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "returned", "awaiting"]),
                    models.Q(
                        ("approved_by__isnull", False),
                        ("submitted_by__isnull", False),
                        ("publish_at__isnull", False),
                        models.Q(("content_hash", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="version_public_was_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closes_on", None), ("closes_on__gte", models.F("opens_on")), _connector="OR"
                ),
                name="version_period_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("period_amount", None), ("period_unit", "")),
                    models.Q(
                        ("period_amount__gte", 1), models.Q(("period_unit", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="version_period_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticelayer",
            constraint=models.UniqueConstraint(
                fields=("version", "layer_code"), name="version_layer_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="statutoryperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 1)), name="period_has_days"
            ),
        ),
        migrations.RunPython(write_drafts, migrations.RunPython.noop),
    ]

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="incident",
            options={
                "ordering": ["-at"],
                "verbose_name": "安全事件",
                "verbose_name_plural": "安全事件",
            },
        ),
        migrations.AddField(
            model_name="incident",
            name="release",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="incidents",
                to="releases.release",
                verbose_name="发布版本",
            ),
        ),
        migrations.CreateModel(
            name="AuditRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("intake", "导入"),
                            ("approval", "审批"),
                            ("nightly", "夜间"),
                            ("manual", "手动"),
                        ],
                        max_length=20,
                        verbose_name="起因",
                    ),
                ),
                ("full", models.BooleanField(verbose_name="全面审计")),
                ("night", models.DateField(null=True, verbose_name="夜间审计日期")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="尝试次数")),
                (
                    "started_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="开始时间"
                    ),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("passed", models.BooleanField(null=True, verbose_name="通过")),
                ("report", models.JSONField(default=dict, verbose_name="审计报告")),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="audits",
                        to="releases.release",
                        verbose_name="发布版本",
                    ),
                ),
            ],
            options={
                "verbose_name": "审计记录",
                "verbose_name_plural": "审计记录",
                "ordering": ["-started_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("trigger__in", ["intake", "approval", "nightly", "manual"])
                        ),
                        name="audit_run_trigger_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("night", None), ("trigger", "nightly"), _connector="XOR"
                        ),
                        name="audit_run_night_of_nightly_only",
                    ),
                    models.UniqueConstraint(
                        fields=("release", "night"), name="audit_run_once_a_night"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finished_at", None),
                            ("finished_at__gte", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="audit_run_ends_after_its_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("passed", None), ("finished_at__isnull", False), _connector="OR"
                        ),
                        name="audit_run_verdict_at_the_end",
                    ),
                ],
            },
        ),
    ]

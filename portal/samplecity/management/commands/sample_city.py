"""``sample_city``: make the sample city and publish it the way a real city would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.plans.models import Notice
from portal.samplecity.amendments import AMENDED_LAYERS
from portal.samplecity.internal_node import InternalNode, profile_codes
from portal.samplecity.notices import notices
from portal.samplecity.officials import make_people
from portal.samplecity.policies import make_policies
from portal.samplecity.publish_notices import publish_notices, revise_notices
from portal.samplecity.regions import make_regions
from portal.samplecity.site import make_pages
from portal.search.rebuild import rebuild
from tiles.packages.progress import ProgressBar
from tiles.releases.approve import approve_release
from tiles.releases.enums import JobKind, ReleaseState
from tiles.releases.intake import import_package
from tiles.releases.jobs import new_job
from tiles.releases.models import Layer, Release
from tiles.releases.recovery import recover

PASSWORDS = "demo-users.txt"


class Command(BaseCommand):
    help = "生成示例市并按正式流程发布 / make the sample city and publish it by the real procedure"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plots", type=int, default=20_000, help="地块数 / number of parcels")
        parser.add_argument("--seed", type=int, default=2035)
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="已有内容时不做任何事 / do nothing if the site has content",
        )
        parser.add_argument("--migrate", action="store_true", help="先迁移数据库 / migrate first")
        parser.add_argument("--layers", nargs="*", help="只发布这些图层 / these layers only")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["migrate"]:
            call_command("migrate", interactive=False, verbosity=0)
        layers = options["layers"] or list(profile_codes())
        if options["if_empty"] and self._complete(layers):
            self.stdout.write("示例市已就绪 / the sample city is there")
            return
        recover()
        progress = ProgressBar()
        var = Path(settings.PORTAL_VAR)
        node = InternalNode(var / "internal-node")
        self.stdout.write("1/3 内部节点：生成原始图层 / internal node: generating the raw layers")
        node.prepare(plots=options["plots"], seed=options["seed"], progress=progress)
        progress.close()
        node.hand_over_trust(Path(settings.TRUST_FILE))
        make_regions()
        people = make_people(var / PASSWORDS)
        self.stdout.write("2/3 脱敏、签名、导入、审批 / desensitise, sign, import, approve")
        for number, code in enumerate(layers, 1):
            self._publish(node, code, people, f"[{number}/{len(layers)}]")
        self.stdout.write("3/3 网站页面 / pages")
        make_pages()
        make_policies(people["clerk"])
        made = notices(node.folder, timezone.localdate())
        publish_notices(made, people)
        for code in sorted(set(layers) & set(AMENDED_LAYERS)):
            self._publish(node, code, people, "[+]", amended=True)
        revise_notices(made, people)
        rebuild(force=True)
        self.stdout.write(f"演示账号 / demo accounts: {var / PASSWORDS}")

    def _complete(self, layers: list[str]) -> bool:
        published = set(Layer.objects.published().values_list("code", flat=True))
        return published >= set(layers) and Notice.objects.exists()

    def _publish(
        self,
        node: InternalNode,
        code: str,
        people: dict[str, Any],
        label: str,
        *,
        amended: bool = False,
    ) -> None:
        """Publish a layer; ``amended``: its second release. What is there already stays."""
        wanted = 2 if amended else 1
        published = Release.objects.filter(layer_id=code, state=ReleaseState.PUBLISHED)
        if published.count() >= wanted:
            return
        self.stdout.write(f"  {label} {code}", ending="")
        self.stdout.flush()
        release = Release.objects.awaiting_approval().filter(layer_id=code).first()
        if release is None:
            job = new_job(JobKind.IMPORT, by=people["importer"])
            package = node.pack(code, amended=amended)
            release = import_package(package, by=people["importer"], job=job)
        job = new_job(JobKind.PUBLISH, by=people["approver"], release=release)
        release = approve_release(release, by=people["approver"], job=job)
        self.stdout.write(f"  {release.feature_count}")

"""Set-up of a machine: ``python3 portal/bootstrap.py run|test``; standard library only.

Every step looks first whether there is something to do, so a second call takes a moment.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = Path(os.environ.get("PORTAL_VAR") or ROOT / "var").resolve()

RUN_PACKAGES = [
    "libsqlite3-mod-spatialite",
    "gettext",
    "fonts-noto-cjk",
    # what WeasyPrint lays out PDF files with
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
]
TEST_PACKAGES = [
    *("chromium", "iproute2", "nftables", "nginx-light"),
    *("postgresql", "postgresql-postgis", "redis-server"),
]
BENCH_PACKAGES = ["chromium", "nginx-light", "postgresql", "postgresql-postgis", "wrk"]


def say(zh: str, en: str) -> None:
    print(f"[setup] {zh} / {en}", flush=True)


def call(command: list[str], **environment: str) -> None:
    result = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False)
    if result.returncode:
        say(f"失败：{' '.join(command)}", f"failed with code {result.returncode}")
        sys.exit(result.returncode)


def digest(*paths: Path) -> str:
    """One digest over files and over everything below folders."""
    total = hashlib.sha256()
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            total.update(str(file.relative_to(ROOT)).encode())
            total.update(file.read_bytes())
    return total.hexdigest()


def done_before(stamp: Path, value: str) -> bool:
    return stamp.exists() and stamp.read_text("utf-8") == value


def system_packages(wanted: list[str]) -> None:
    """Install missing Debian packages, as root; otherwise say how and stop."""
    if not shutil.which("dpkg-query"):
        say("非 Debian 系统，请自行安装：" + " ".join(wanted), "not Debian: install these yourself")
        return
    if not shutil.which("node") or not shutil.which("npm"):
        wanted = [*wanted, "nodejs", "npm"]
    missing = [name for name in wanted if not _installed(name)]
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        say("缺少系统软件包，请运行：", "system packages are missing, please run:")
        print(f"    sudo {' '.join(command)}")
        sys.exit(1)
    say(f"安装系统软件包 {' '.join(missing)}", "installing system packages")
    call(["apt-get", "update", "-q"])
    call(command, DEBIAN_FRONTEND="noninteractive")


def _installed(name: str) -> bool:
    found = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status}", name],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() == "installed"


def environment(lock: str) -> None:
    """The virtual environment, exactly as the lock file says."""
    if not PYTHON.exists():
        say("创建虚拟环境 .venv", "creating the virtual environment")
        call([sys.executable, "-m", "venv", str(VENV)])
    for known in {lock, "requirements-dev.lock"}:  # the latter holds everything of the former
        if done_before(VENV / f".{known}.sha256", digest(ROOT / known)):
            return
    stamp, value = VENV / f".{lock}.sha256", digest(ROOT / lock)
    say(f"安装 {lock}", "installing the locked packages")
    call([str(PYTHON), "-m", "pip", "install", "-q", "--require-hashes", "-r", lock])
    stamp.write_text(value, "utf-8")


def assets(*, for_tests: bool) -> None:
    """Browser libraries by npm, the named files of them copied to static/vendor.

    Tests and bench take the development dependencies too; what they left serves the site as well.
    """
    stamp = ROOT / "node_modules" / ".portal.sha256"
    value = digest(ROOT / "package-lock.json", ROOT / "portal" / "assets.py")
    whole, small = f"{value} whole", f"{value} small"
    known = {whole} if for_tests else {whole, small}
    if any(done_before(stamp, each) for each in known) and (ROOT / "static" / "vendor").is_dir():
        return
    say("安装前端库", "installing the browser libraries")
    only = [] if for_tests else ["--omit=dev"]
    call(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", *only])
    call([str(PYTHON), "-m", "portal.assets"])
    stamp.write_text(whole if for_tests else small, "utf-8")


def translations() -> None:
    stamp, sources = VENV / ".locale.sha256", sorted((ROOT / "portal" / "locale").rglob("*.po"))
    value = digest(*sources)
    compiled = all(path.with_suffix(".mo").exists() for path in sources)
    if compiled and done_before(stamp, value):
        return
    say("编译译文", "compiling the translations")
    for path in sources:
        call(["msgfmt", "--check-format", "-o", str(path.with_suffix(".mo")), str(path)])
    stamp.write_text(value, "utf-8")


def static_files() -> None:
    stamp, value = VAR / "static.sha256", digest(ROOT / "static", ROOT / "requirements.lock")
    if done_before(stamp, value) and (VAR / "static").is_dir():
        return
    say("收集静态文件", "collecting the static files")
    call([str(PYTHON), "manage.py", "collectstatic", "--noinput", "--clear", "-v", "0"])
    stamp.write_text(value, "utf-8")


def database_and_city() -> None:
    """Migrate, and fill an empty site with the sample city."""
    call([str(PYTHON), "manage.py", "sample_city", "--migrate", "--if-empty"])


def wants_semantic() -> bool:
    """``SEMANTIC=1 make run``: search by meaning too, with a model of 91 MB that runs offline."""
    return os.environ.get("SEMANTIC", "").strip().lower() in {"1", "true", "yes", "on"}


def lock_for(purpose: str) -> str:
    if purpose in {"test", "check", "bench"}:
        return "requirements-dev.lock"
    return "requirements-semantic.lock" if wants_semantic() else "requirements.lock"


def vectors() -> None:
    """Vectors of what has none yet; a large library goes on with ``search_rebuild`` later."""
    say("生成语义向量（最多5分钟）", "making vectors for search by meaning, five minutes at most")
    call([str(PYTHON), "manage.py", "search_rebuild", "--vectors-only", "--minutes", "5"])


def main() -> None:
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    extra = {"test": TEST_PACKAGES, "bench": BENCH_PACKAGES}.get(purpose, [])
    system_packages(RUN_PACKAGES + extra)
    environment(lock_for(purpose))
    assets(for_tests=purpose != "run")
    translations()
    if purpose == "run":
        VAR.mkdir(parents=True, exist_ok=True)
        static_files()
        database_and_city()
        if wants_semantic():
            vectors()


if __name__ == "__main__":
    main()

"""``python -m consultation.exchange.receiver --settings FILE COMMAND``: the internal side."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from consultation.exchange.protocol.errors import ExchangeError

from .processes import run_role, supervise
from .settings import read_settings
from .status import requeue, status_lines
from .store import ReceiverStore

ROLES = ("record", "decode", "file", "watch")


def main() -> int:
    """Exit status 0; 1 where alarms stand or something is refused."""
    parser = argparse.ArgumentParser(prog="python -m consultation.exchange.receiver")
    parser.add_argument(
        "--settings", type=Path, required=True, help="TOML，见docs/exchange-receiver.md"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for role in ROLES:
        commands.add_parser(role, help=f"只运行一个进程 / one process: {role}")
    commands.add_parser("run", help="运行全部进程 / all processes, restarted when one ends")
    commands.add_parser("status", help="数量与告警 / numbers and alarms")
    again = commands.add_parser(
        "requeue", help="重新处理隔离的对象 / take objects out of quarantine"
    )
    again.add_argument("ids", nargs="+", metavar="ID")
    given = parser.parse_args()
    try:
        settings = read_settings(given.settings)
        if given.command in ROLES:
            run_role(given.command, settings)
        elif given.command == "run":
            supervise(given.settings, settings)
        else:
            store = ReceiverStore(settings.root)
            store.make_folders()
            if given.command == "requeue":
                requeue(store, given.ids)
            sys.stdout.write("\n".join(status_lines(store)) + "\n")
            return 1 if store.alarms() else 0
    except ExchangeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

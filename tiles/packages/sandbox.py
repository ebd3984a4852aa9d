"""Locks that the reading process puts on itself before it opens a file that it does not trust.

Linux only. Layers, each working alone: resource limits; an own user and network namespace (no
interface but a dead loopback); Landlock rules (no file outside the job's folder and the program's
own libraries); a system-call filter (no sockets, no programs, no tracing). Which are in force is
reported to the parent, which refuses to go on when nothing keeps the process off the network.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_DUMPABLE = 4
_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_SIGKILL = 9

NETWORK_NAMESPACE = "network namespace"
FILE_RULES = "file rules"
CALL_FILTER = "system-call filter"

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def lock_before_imports(memory_bytes: int, seconds: float, file_bytes: int) -> list[str]:
    """What must happen while the process has one thread; importing numpy may start more."""
    die_with_parent()
    set_resource_limits(memory_bytes, seconds, file_bytes)
    return [NETWORK_NAMESPACE] if leave_network() else []


def lock_after_imports(folder: Path) -> list[str]:
    """No file but those of the job's folder and of the program's libraries; no sockets."""
    found = []
    libraries = {Path(sys.prefix), Path(sys.base_prefix)} | {
        Path(entry) for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))
    }
    give_up_privileges()
    if restrict_files([path for path in libraries if path.is_dir()], [folder]):
        found.append(FILE_RULES)
    if filter_calls():
        found.append(CALL_FILTER)
    return found


def keep_off_network(locks: Sequence[str]) -> bool:
    """Whether these locks keep the process off the network; where none does, nothing is read."""
    return bool({NETWORK_NAMESPACE, CALL_FILTER} & set(locks))


def set_resource_limits(memory_bytes: int, seconds: float, file_bytes: int) -> None:
    """Address space, CPU time, size of written files; no core files, few descriptors."""
    cpu = max(1, int(seconds) + 1)
    for kind, value, most in (
        (resource.RLIMIT_AS, memory_bytes, memory_bytes),
        # At the first the process gets SIGXCPU, by which the parent knows why it ended.
        (resource.RLIMIT_CPU, cpu, cpu + 1),
        (resource.RLIMIT_FSIZE, file_bytes, file_bytes),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NOFILE, 256, 256),
    ):
        _, hard = resource.getrlimit(kind)
        bounded = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (min(value, bounded), bounded))


def die_with_parent() -> None:
    """The kernel ends this process when the parent is killed; no orphan keeps reading."""
    _libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def leave_network() -> bool:
    """Move into an own network namespace. Only possible while the process has one thread."""
    if _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        return True
    return bool(_libc.unshare(_CLONE_NEWNET) == 0)


def give_up_privileges() -> None:
    """No gain of privileges from here on; Landlock and the filter ask for it."""
    if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")


# --- Landlock (kernel documentation: userspace-api/landlock) ---------------------------------

_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_ADD_RULE = 445
_LANDLOCK_RESTRICT_SELF = 446
_RULE_PATH_BENEATH = 1
_ACCESS_FILE_READ = (1 << 0) | (1 << 2) | (1 << 3)  # execute (map libraries), read file, read dir
_ACCESS_ALL_V1 = (1 << 13) - 1
_ACCESS_REFER, _ACCESS_TRUNCATE, _ACCESS_IOCTL = 1 << 13, 1 << 14, 1 << 15
_NET_ALL = 0b11


def restrict_files(readable: Sequence[Path], writable: Sequence[Path]) -> bool:
    """Allow reading beneath ``readable`` and everything beneath ``writable``, nothing else.

    Returns whether the kernel offers Landlock. Raises ``OSError`` when a rule cannot be set.
    """
    version = _libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    handled = _handled_access(version)
    attributes = struct.pack("QQ", handled, _NET_ALL) if version >= 4 else struct.pack("Q", handled)
    ruleset = _checked(
        _libc.syscall(_LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    )
    try:
        for path in readable:
            _allow(ruleset, path, _ACCESS_FILE_READ & handled)
        for path in writable:
            _allow(ruleset, path, handled)
        _checked(_libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)
    return True


def _handled_access(version: int) -> int:
    handled = _ACCESS_ALL_V1
    handled |= _ACCESS_REFER if version >= 2 else 0
    handled |= _ACCESS_TRUNCATE if version >= 3 else 0
    return handled | (_ACCESS_IOCTL if version >= 5 else 0)


def _allow(ruleset: int, path: Path, access: int) -> None:
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", access, handle)
        _checked(_libc.syscall(_LANDLOCK_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0))
    finally:
        os.close(handle)


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "landlock")
    return result


# --- seccomp (system-call filter, classic BPF) ------------------------------------------------

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_ARCHITECTURE_OFFSET, _CALL_OFFSET = 4, 0
_X32_CALLS_FROM = 0x40000000
# socket, socketpair, connect, bind, execve, execveat, ptrace, process_vm_readv, process_vm_writev,
# io_uring_setup, keyctl, bpf, perf_event_open, userfaultfd, mount, pidfd_getfd
_FORBIDDEN = {
    "x86_64": (
        0xC000003E,
        (41, 53, 42, 49, 59, 322, 101, 310, 311, 425, 250, 321, 298, 323, 165, 438),
    ),
    "aarch64": (
        0xC00000B7,
        (198, 199, 203, 200, 221, 281, 117, 270, 271, 425, 219, 280, 241, 282, 40, 438),
    ),
}  # fmt: skip


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def filter_calls() -> bool:
    """Refuse (``EPERM``) the calls that open sockets, start programs or look into processes.

    Returns whether the machine's architecture is known and the kernel took the filter.
    """
    known = _FORBIDDEN.get(platform.machine())
    if known is None:
        return False
    code = _filter_program(*known)
    program = _Program(len(code) // 8, code)
    return bool(
        _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0
    )


def _filter_program(architecture: int, forbidden: tuple[int, ...]) -> bytes:
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_OFFSET),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _CALL_OFFSET),
        (_JUMP_AT_LEAST, len(forbidden) + 1, 0, _X32_CALLS_FROM),
    ]
    for row, call in enumerate(forbidden):
        steps.append((_JUMP_EQUAL, len(forbidden) - row, 0, call))
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)

"""Why bytes from the other side are refused: one class, one stable code a cause.

The codes stand in the recorder's counters, in quarantine and in alarms; none of them ever says
what a ticket holds.
"""

from __future__ import annotations

from typing import ClassVar


class ExchangeError(Exception):
    """A refusal with a stable ``code`` and a text in Chinese and in English."""

    code: ClassVar[str] = "exchange"
    zh: ClassVar[str] = "数据无效"

    def __init__(self, detail: str) -> None:
        super().__init__(f"[{self.code}] {self.zh} / {detail}")
        self.detail = detail


class FrameInvalid(ExchangeError):
    """A datagram is no frame of this protocol: size, magic, version, kind, length or block."""

    code = "frame_invalid"
    zh = "数据帧格式无效"


class FrameForged(ExchangeError):
    """A datagram's authentication code does not fit: damaged on the way, or not from our sender."""

    code = "frame_forged"
    zh = "数据帧校验码不符"


class ObjectDamaged(ExchangeError):
    """The symbols of an object do not give the ciphertext that its id names."""

    code = "object_damaged"
    zh = "对象与其标识不符"


class EnvelopeInvalid(ExchangeError):
    """An object is no envelope: size, magic, version or suite."""

    code = "envelope_invalid"
    zh = "密封件格式无效"


class UnknownEpoch(ExchangeError):
    """Sealed to a key that is not here: never made, not delivered yet, or destroyed."""

    code = "unknown_epoch"
    zh = "没有该密钥期的私钥"


class WrongKey(ExchangeError):
    """The envelope cannot be opened with the key of its epoch."""

    code = "wrong_key"
    zh = "无法用该密钥期的私钥打开"


class ContentInvalid(ExchangeError):
    """What was sealed is no part of a ticket, or the parts do not make one."""

    code = "content_invalid"
    zh = "密封内容格式无效"


class ManifestInvalid(ExchangeError):
    """The bytes are no slot manifest of this format."""

    code = "manifest_invalid"
    zh = "时隙清单格式无效"


class ManifestForged(ExchangeError):
    """The signature of a slot manifest does not fit any sender known here."""

    code = "manifest_forged"
    zh = "时隙清单签名不符"


class TooLarge(ExchangeError):
    """More bytes than the exchange carries in one ticket."""

    code = "too_large"
    zh = "内容过大"

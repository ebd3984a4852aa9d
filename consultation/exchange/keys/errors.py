"""Why a key, a statement or a folder of them is refused."""

from __future__ import annotations

from consultation.exchange.protocol.errors import ExchangeError


class KeyRefused(ExchangeError):
    """A key file or statement is not of its form, or would overwrite another."""

    code = "key_refused"
    zh = "密钥文件无效"


class NoRecipient(ExchangeError):
    """There is no key in force to seal to: nothing is taken in until one is delivered."""

    code = "no_recipient"
    zh = "没有有效的收件公钥"

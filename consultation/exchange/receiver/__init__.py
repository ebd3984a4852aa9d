"""The internal side (内网接收端): records, decodes, opens and files. Never sends a byte.

Runs alone, without Django and without the portal's database:
``python -m consultation.exchange.receiver``. See docs/exchange-receiver.md.
"""

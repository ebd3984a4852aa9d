"""The one-way exchange (单向交换): sealed tickets inward, signed bulletins outward.

``protocol`` is what both ends agree on and needs neither Django nor a database. See
docs/exchange-protocol.md.
"""

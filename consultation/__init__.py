"""Consultation, coordination and the one-way exchange (公众参与与单向交换)."""

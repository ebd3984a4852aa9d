"""Thin database backends."""

"""Checks that run by themselves at night (自动核验), and what became of them."""

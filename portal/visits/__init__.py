"""How often pages are read, counted without knowing by whom (访问统计)."""

"""Plan disclosure: notices and what they concern (规划公示公开)."""

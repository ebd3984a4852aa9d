"""Search in Chinese over everything that is public (搜索)."""

"""Analysis of Chinese text that search and lists share (中文文本分析)."""

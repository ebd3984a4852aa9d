"""The text of a regulation taken apart: lines, headings, articles, days (法规文本解析)."""

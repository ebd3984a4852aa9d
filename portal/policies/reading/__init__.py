"""Files of officials and collections read into lines: Markdown, plain text, docx, PDF (文件读取)."""

"""Why a file cannot be read, as sentences in both languages; the reading process names the code."""

from __future__ import annotations

from portal.policies.errors import TextProblem

_SENTENCES = {
    "too_large": ("文件超过20 MB", "the file is larger than 20 MB"),
    "too_long": ("文字超过三百万字", "the text is longer than three million characters"),
    "empty": ("文件中没有文字", "the file holds no text"),
    "unknown_format": (
        "不是Markdown、纯文本、docx或PDF文件（按内容判断）",
        "not Markdown, plain text, docx or PDF (by its content)",
    ),
    "html": ("这是网页文件，请另存为纯文本或docx", "this is a web page: save it as text or docx"),
    "legacy_doc": (
        "这是旧版Word（.doc）文件，请另存为docx",
        "this is an old Word file (.doc): save it as docx",
    ),
    "encoding": (
        "无法判断文字编码，请另存为UTF-8",
        "cannot tell how the text is encoded: save it as UTF-8",
    ),
    "encrypted": (
        "PDF已加密，请提供未加密的文件",
        "the PDF is encrypted: provide a file without encryption",
    ),
    "scanned": (
        "PDF没有文字层（可能是扫描件），请先做文字识别或提供Word文件",
        "the PDF has no text layer (a scan?): run text recognition or provide the Word file",
    ),
    "controls": (
        "文字层有误，含有不可显示的控制字符，请另存为新文件或提供纯文本",
        "the text layer is faulty: it holds control characters. Save the file anew or provide plain text",
    ),
    "broken_pdf": ("PDF已损坏，读不出来", "the PDF is damaged and cannot be read"),
    "broken_docx": ("docx已损坏，读不出来", "the docx is damaged and cannot be read"),
    "bomb": (
        "压缩包解开后过大，已拒绝",
        "the file unpacks to far too much and was refused",
    ),
    "entities": (
        "docx中含有文档类型声明或实体，已拒绝",
        "the docx holds a document type or entities and was refused",
    ),
    "timeout": ("读取用时过长，已停止", "reading took too long and was stopped"),
    "memory": ("读取占用内存过多，已停止", "reading took too much memory and was stopped"),
    "crashed": ("读取程序意外终止，文件已拒绝", "the reading process died; the file was refused"),
    "no_isolation": (
        "本机无法隔离读取程序，不读取docx和PDF",
        "this machine cannot isolate the reading process: no docx or PDF is read",
    ),
}


def failure(code: str, line: int = 0) -> TextProblem:
    """The problem of a code; a code that is not ours is a crash of the reading process."""
    known = code if code in _SENTENCES else "crashed"
    zh, en = _SENTENCES[known]
    return TextProblem(known, zh, en, line)

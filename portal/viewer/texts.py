"""Texts of the map's script, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def script_texts() -> dict[str, str]:
    """Key -> text; ``{...}`` marks what the script fills in."""
    return {
        "map": _("规划地图。用方向键移动，用加号和减号缩放。"),
        "loading": _("正在加载地图…"),
        "looking": _("正在查询此处的规划…"),
        "found": _("查询完成：{count} 个图层在此处有内容。"),
        "lookupFailed": _("查询没有成功，请稍后再试。"),
        "tooMany": _("查询过于频繁，请在 {seconds} 秒后再试。"),
        "offline": _("网络已断开，地图可能不完整。"),
        "online": _("网络已恢复。"),
        "mapUnavailable": _("地图暂时打不开，以下为图层列表。"),
        "tilesFailed": _("部分地图数据暂时加载不了：{layer}。"),
        "noticesFailed": _("公示范围暂时加载不了。"),
        "noPosition": _("没有取得您的位置。请检查浏览器的定位权限。"),
        "outside": _("您的位置不在本图范围内。"),
        "copied": _("链接已复制。"),
        "expand": _("展开面板"),
        "collapse": _("收起面板"),
    }

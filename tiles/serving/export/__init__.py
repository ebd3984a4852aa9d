"""Published tiles as files for other web servers (瓦片导出)."""

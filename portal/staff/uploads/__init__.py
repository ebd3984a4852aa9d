"""Files that are taken in: known by their content, nothing that runs (上传文件)."""

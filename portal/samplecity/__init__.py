"""The invented city 示例市: raw layers as an internal node would hold them, and notices."""

"""The steps of a notice through its procedure (公示程序): one module a verb."""

"""Officials: where they may act, how they sign in, what awaits them (工作人员)."""

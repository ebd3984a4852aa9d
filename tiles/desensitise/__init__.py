"""Pure rules of desensitisation and the leak audit (脱敏与泄漏审计)."""

"""Regulations down to the article, with interpretations and questions (政策法规)."""

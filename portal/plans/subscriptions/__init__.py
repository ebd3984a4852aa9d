"""E-mail about notices (公示订阅): double opt-in, one-click stop, no mail twice."""

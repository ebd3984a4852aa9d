"""The public pages of the policy library."""

"""Template tags of the policy library."""

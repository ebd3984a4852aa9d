"""Template tags of plan disclosure."""

"""Settings of the site; they import no app."""

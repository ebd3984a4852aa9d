"""What every public page shares: site identity, base page, security headers, health."""

"""Messages to the office: contact and errors found on the site (联系与找错)."""

"""The keys of the exchange: made in a ceremony, delivered as signed statements, destroyed in time."""

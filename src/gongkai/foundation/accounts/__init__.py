"""People who work here: staff, their roles in organs, their API tokens."""

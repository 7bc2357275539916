"""A year of a whole city: seventy-eight organs, their documents, requests, remedies and catalogue rows, made through the
services real use goes through. The same for the same seed; begun again where it was stopped. See ``docs/demo.md``."""

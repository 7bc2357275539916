"""Documents that come in by file: from another platform, from an office's spreadsheet, or as one text."""

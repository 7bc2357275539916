"""Import and export of tables: one path for CSV, XLSX, JSON and plain text, with every fault named by row and field."""

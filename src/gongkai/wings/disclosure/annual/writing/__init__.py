"""A report as people read and send it: HTML, DOCX and XLSX out of one layout of the form's tables; JSON is ``shape``."""

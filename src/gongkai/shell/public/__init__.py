"""The public layout: base page, style, the few lines of script, and the template environment that prints them."""

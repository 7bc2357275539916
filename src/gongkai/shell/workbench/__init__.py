"""The workbench: Wagtail's back office over our rooms. It shows, asks and calls services; it decides nothing itself."""

"""Attachments: sniffed, bounded, kept once by their hash."""

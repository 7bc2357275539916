"""Guides and institutions, made from the register of organs. See ``docs/guides.md``."""

"""What is promised to be public, and whether it is (公开目录). See ``docs/catalogue.md``."""

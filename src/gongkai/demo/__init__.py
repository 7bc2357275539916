"""The demo city 南溟市: invented, deterministic, and made through the same services as real use."""

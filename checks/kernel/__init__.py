"""The only place that grants ``proved``."""

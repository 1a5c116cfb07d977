"""Attacks on the core: each looks for a false statement that comes out proved."""

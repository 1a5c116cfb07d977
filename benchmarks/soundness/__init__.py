"""Attacks on the engine: what it must never call proved, and what it should refute."""

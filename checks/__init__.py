"""Judges one step: the term language, the kernel that proves, the trials that refute."""

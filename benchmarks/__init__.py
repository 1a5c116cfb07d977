"""How long the engine takes, against its targets and against named alternatives."""

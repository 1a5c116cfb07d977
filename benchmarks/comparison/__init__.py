"""Our engine and SymPy on the same statements, side by side: `python -m benchmarks sympy`."""

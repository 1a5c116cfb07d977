"""A symbolic derivation and proof-checking engine for the mathematics of machine learning.

The names below are loaded when they are first used, so that `import derive` costs nothing:

    report = derive.check("derivation.drv")
    context = derive.context("m, n : dim", "W : matrix(m, n) iid ~ Normal(0, 1)", "x : vector(n)")
    step = derive.check_step(context, "E[norm(W x)^2]", "=", "m norm(x)^2", by="moments")
    chain = context.chain("E[norm(W x)^2]").then("=", "m norm(x)^2").check()
    theorem = derive.library["rms_operator_norm"]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.interface import Chain, Context, Theorem, Unreadable, check, check_step, context
    from derive.options import CheckOptions
    from derive.reports import Report, Verdict
    from derive.showing import library
    from derive.sympy_bridge import from_sympy, to_sympy

__version__ = "0.1.0"

# The public names, and the modules in which they are found.
_HOMES = {
    "Chain": "derive.interface",
    "CheckOptions": "derive.options",
    "Context": "derive.interface",
    "Report": "derive.reports",
    "Theorem": "derive.interface",
    "Unreadable": "derive.interface",
    "Verdict": "derive.reports",
    "check": "derive.interface",
    "check_step": "derive.interface",
    "context": "derive.interface",
    "from_sympy": "derive.sympy_bridge",
    "library": "derive.showing",
    "to_sympy": "derive.sympy_bridge",
}

__all__ = [
    "Chain", "CheckOptions", "Context", "Report", "Theorem", "Unreadable", "Verdict", "__version__", "check",
    "check_step", "context", "from_sympy", "library", "to_sympy",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'derive' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})

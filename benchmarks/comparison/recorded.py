"""SymPy's times as they were recorded when these statements were chosen: SymPy 1.14.0, each of its methods for itself.

They were taken on another machine, with whatever SymPy loads when it is first asked for something, so they stand
beside what is measured here and take no part in it.
"""

from __future__ import annotations

from collections.abc import Mapping

BEST: Mapping[str, float] = {
    "E_norm_Wx_dims_2x2": 316.46,
    "E_product_independent": 311.0,
    "E_linearity_over_Sum": 5624.2,
    "normal_second_moment": 70.74,
    "KL_gaussians": 204.23,
    "gaussian_score": 0.76,
    "entropy_gaussian": 247.71,
    "sum_linearity": 15.32,
    "sum_const_out": 114.25,
    "sum_split_at_m": 103.48,
    "delta_collapse": 700.73,
    "d_dxk_linear": 665.42,
    "d_dxk_least_squares": 1084.73,
    "softmax_jacobian_symbolic_n": 795.29,
    "softmax_jacobian_n3": 242.65,
    "logsumexp_gradient": 621.76,
    "logsumexp_shift": 116.13,
    "cross_entropy_gradient": 859.23,
    "sigmoid_derivative": 90.26,
    "tanh_derivative": 207.3,
    "newton_schulz_push": 29.15,
    "transpose_product": 0.01,
    "inverse_product": 0.02,
    "kron_mixed_product": 0.91,
    "quadratic_expand": 33.51,
    "grad_least_squares": 0.01,
    "grad_trace_AB": 75.8,
    "grad_gaussian_quadratic": 14.05,
}
"""For each true statement that SymPy proved then, the time of its fastest method that said yes, in ms."""

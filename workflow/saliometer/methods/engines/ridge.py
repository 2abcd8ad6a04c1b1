"""Engine: the linear model that LIME and KernelSHAP fit to the answers of a network, in closed form."""

import torch


def weighted_ridge(
    design: torch.Tensor,
    responses: torch.Tensor,
    weights: torch.Tensor,
    alpha: float,
    intercept: bool = True,
) -> torch.Tensor:
    """Find the c, with its best b, that minimises sum_s w_s (y_s - b - x_s c)^2 + alpha |c|^2.

    Parameters
    ----------
    design : x, (samples, features)
    responses : y, (samples, t); all t share one factorisation
    weights : w, (samples,), not negative
    alpha : above 0; a tiny one gives the least squares of least norm
    intercept : fit b, which is not penalised; otherwise it is 0

    Returns c, float64 (features, t), on the device of the design and without waiting for it.
    """
    design, responses, weights = design.double(), responses.double(), weights.double()
    if intercept:
        shares = weights / weights.sum()
        design, responses = design - shares @ design, responses - shares @ responses
    weighted = design.T * weights
    normal = weighted @ design
    normal.diagonal().add_(alpha)
    factor, _ = torch.linalg.cholesky_ex(normal)
    return torch.cholesky_solve(weighted @ responses, factor)

"""What a user's own NumPy and SciPy take for the hot loops of wfm, in the units of the bench_* programs; one core.

  edge BP   one parallel sweep, two-point messages from erfc, dense (P, N) arrays, random +-1 patterns
  AMP       one iteration with reinforcement, float64 products by BLAS
  RS        one replica-symmetric saddle point, Gauss-Hermite quadrature and a damped iteration
  SGD       one epoch of cross-entropy descent, 784-9-1 tanh committee, 12 000 patterns, batch 100, float32 products by BLAS

Run it beside bench_inference and bench_theory (make bench); timings decide nothing.
"""
import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import time

import numpy as np
from scipy.special import erfc, erfcx, log_ndtr


def instance(N, alpha, seed=1):
    draw = np.random.default_rng(seed)
    P = round(alpha * N)
    return draw.choice([-1.0, 1.0], (P, N)) * draw.choice([-1.0, 1.0], (P, 1))  # labels absorbed


def seconds(work, repeat=5):
    work()
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return sorted(times)[repeat // 2]


def edge_bp_sweep(xi):
    """uhat = (1/2) ln H(-omega'_+ / sqrt V') / H(-omega'_- / sqrt V'), the edge's own part taken out."""
    P, N = xi.shape
    state = {"uhat": np.zeros((P, N))}

    def sweep():
        total = state["uhat"].sum(axis=0)
        m = np.tanh(total - state["uhat"])
        s = xi * m
        omega = s.sum(axis=1, keepdims=True) / np.sqrt(N)
        V = (1 - m * m).sum(axis=1, keepdims=True) / N
        rest, width = omega - s / np.sqrt(N), np.sqrt(2 * (V - (1 - m * m) / N))
        plus = erfc(-(rest + 1 / np.sqrt(N)) / width)
        minus = erfc(-(rest - 1 / np.sqrt(N)) / width)
        state["uhat"] = xi * 0.5 * np.log(plus / minus)

    return sweep


def amp_iteration(xi):
    P, N = xi.shape
    state = {"m": np.random.default_rng(2).normal(0, 0.1, N), "g": np.zeros(P), "field": np.zeros(N), "t": 0}

    def iteration():
        m = state["m"]
        V = (1 - m * m).mean()
        omega = xi @ m / np.sqrt(N) - V * state["g"]
        x = -omega / np.sqrt(V)
        g = np.sqrt(2 / np.pi) / erfcx(x / np.sqrt(2)) / np.sqrt(V)
        slope = -(omega / V) * g - g * g
        state["t"] += 1
        field = xi.T @ g / np.sqrt(N) - slope.sum() / N * m + 5e-4 * state["t"] * state["field"]
        state.update(m=np.tanh(field), g=g, field=field)

    return iteration


def sgd_epoch(P=12000, N=784, K=9, batch=100, eta=50.0, beta=1.0, gamma=1.0):
    draw = np.random.default_rng(3)
    xi = draw.choice([-1.0, 1.0], (P, N)).astype(np.float32)
    sigma = draw.choice([-1.0, 1.0], P).astype(np.float32)
    state = {"w": draw.normal(size=(K, N)).astype(np.float32)}

    def epoch():
        w = state["w"]
        order = draw.permutation(P)
        for first in range(0, P, batch):
            which = order[first:first + batch]
            x, label = xi[which], sigma[which]
            tau = np.tanh(beta / np.sqrt(N) * (x @ w.T))
            s = label * tau.sum(axis=1) / np.sqrt(K)
            slope = -label / (1 + np.exp(2 * gamma * s)) / len(which)
            error = slope[:, None] * (1 - tau * tau) * (beta / np.sqrt(N * K))
            w = w - eta * (error.T @ x)
            w *= np.sqrt(N) / np.linalg.norm(w, axis=1, keepdims=True)
        state["w"] = w.astype(np.float32)

    return epoch


def rs_point(alpha=0.5, kappa=0.0):
    nodes, weights = np.polynomial.hermite_e.hermegauss(64)
    weights = weights / np.sqrt(2 * np.pi)

    def point():
        q = 0.3
        for _ in range(60):
            a = (kappa - np.sqrt(q) * nodes) / np.sqrt(1 - q)
            R = np.exp(-0.5 * a * a - log_ndtr(-a)) / np.sqrt(2 * np.pi)
            qhat = alpha / (1 - q) * (weights * R * R).sum()
            q = (weights * np.tanh(np.sqrt(qhat) * nodes) ** 2).sum()

    return point


def main():
    for N in (1001, 4001):
        xi = instance(N, 0.6)
        t = seconds(edge_bp_sweep(xi))
        print(f"NumPy  edge BP  N = {N:5d}, alpha = 0.6   {1e3 * t:9.2f} ms a sweep       {xi.size / t / 1e6:8.1f} M edges/s")
        t = seconds(amp_iteration(xi))
        print(f"NumPy  AMP      N = {N:5d}, alpha = 0.6   {1e3 * t:9.2f} ms an iteration")
    t = seconds(sgd_epoch())
    print(f"NumPy  SGD      784-9-1, 12000 patterns    {1e3 * t:9.2f} ms an epoch       {12000 / t / 1e6:8.2f} M updates/s")
    t = seconds(rs_point())
    print(f"SciPy  RS point alpha = 0.5                {1e6 * t:9.1f} us a point          {1 / t:8.0f} points/s")


if __name__ == "__main__":
    main()

"""What a user's own SciPy takes for the replica calculations of wfm theory, in the units of bench_theory; one core.

  Franz-Parisi, naive    one saddle point at d = 0.05 with warm start: threefold Gauss-Hermite energetic part, 48^3 nodes
  Franz-Parisi, reduced  the same in the two-dimensional form (FP.2), 240 x 96 nodes
  local entropy, y=inf   one saddle point of (LD.3): the inner maxima by Newton's method on 400 nodes

Each prints the entropy too, so that the two programs are seen to answer the same question. Timings decide nothing.
"""
import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import time

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.optimize import brentq, root
from scipy.special import log_ndtr, ndtri

ALPHA, KAPPA_R, DISTANCE = 0.5, 0.2, 0.05


def gauss(n):
    nodes, weights = hermegauss(n)
    return nodes, weights / weights.sum()


def grid(n, reach):
    """Trapezoidal rule for the normal measure: the integrands below have edges that Gauss-Hermite rules resolve badly."""
    nodes = np.linspace(-reach, reach, n)
    weights = np.exp(-nodes**2 / 2)
    return nodes, weights / weights.sum()


def log_H(x):
    return log_ndtr(-x)


def R(x):
    return np.exp(-x * x / 2 - log_ndtr(-x)) / np.sqrt(2 * np.pi)


def log_2cosh(x):
    return np.logaddexp(x, -x)


def rs(alpha, kappa):
    z, w = gauss(100)

    def mismatch(x):
        q = 1 / (1 + np.exp(-x[0]))
        qhat = alpha / (1 - q) * (w @ R((kappa - np.sqrt(q) * z) / np.sqrt(1 - q)) ** 2)
        return [w @ np.tanh(np.sqrt(qhat) * z) ** 2 - q]
    q = 1 / (1 + np.exp(-root(mismatch, [0.0], tol=1e-11).x[0]))
    return q, alpha / (1 - q) * (w @ R((kappa - np.sqrt(q) * z) / np.sqrt(1 - q)) ** 2)


class FranzParisi:
    """Margin 0 solutions around typical ones of margin KAPPA_R, by (FP.1) or (FP.2)."""

    def __init__(self, naive):
        self.naive = naive
        self.qt, self.qthat = rs(ALPHA, KAPPA_R)
        self.p = 1 - 2 * DISTANCE
        self.entropic_nodes = gauss(64)

    def energetic(self, q, t):
        qt, p, st = self.qt, self.p, np.sqrt(1 - self.qt)
        b, s2 = (p - t) / st, q - t * t / qt
        gamma, s, c0 = s2 - b * b, np.sqrt(s2), t / np.sqrt(qt)
        if self.naive:
            x, w = gauss(48)
            z0, y, m = x[:, None, None], x[None, :, None], x[None, None, :]
            A = (KAPPA_R - np.sqrt(qt) * z0) / st
            u = np.linspace(1e-3, 1 - 1e-3, 48)[None, :, None]  # y > A by the quantiles of the cut Gaussian
            y = -ndtri(u * np.exp(log_H(A)))
            weight = w[:, None, None] * w[None, None, :] / 48 * np.ones_like(y)
            M = c0 * z0 + b * y + np.sqrt(gamma) * m
            A = A * np.ones_like(M)
        else:
            (x, w), (y, v) = grid(240, 9), grid(96, 13.5)
            m, g = x[:, None], y[None, :]
            z0, u = (c0 * m + s * g) / np.sqrt(q), (s * m - c0 * g) / np.sqrt(q)
            A = (KAPPA_R - np.sqrt(qt) * z0) / st
            weight = w[:, None] * v[None, :] * np.exp(log_H((s * A - b * u) / np.sqrt(gamma)) - log_H(A))
            M = np.sqrt(q) * m * np.ones_like(A)
        score, reference = R(-M / np.sqrt(1 - q)) / np.sqrt(1 - q), R(A) / st
        return [np.sum(weight * f) for f in (score**2, score * reference, log_H(-M / np.sqrt(1 - q)))]

    def entropic(self, qhat, that):
        (z, w), qthat = self.entropic_nodes, self.qthat
        u = np.sqrt(qthat) * z[:, None]
        weight = w[:, None] * w[None, :] * (1 + np.tanh(u))
        y = np.sqrt(max(qhat - that**2 / qthat, 1e-15)) * z[None, :] + that / np.sqrt(qthat) * z[:, None]
        shift = brentq(lambda c: np.sum(weight * np.tanh(y + c)) - self.p, -60, 60, xtol=1e-12)
        T = np.tanh(y + shift)
        return np.sum(weight * T * T), np.sum(weight * T * np.tanh(u)), shift + that, np.sum(weight * log_2cosh(y + shift))

    def coordinates(self, x):
        variance = 1 - self.p**2
        q = self.p**2 + variance / (1 + np.exp(-x[0]))
        return q, self.p * self.qt + np.tanh(x[1]) * np.sqrt((q - self.p**2) * self.qt * (1 - self.qt))

    def solve(self, start):
        def mismatch(x):
            q, t = self.coordinates(x)
            score2, cross, _ = self.energetic(q, t)
            image = self.entropic(ALPHA * score2, ALPHA * cross)
            return [image[0] - q, image[1] - t]
        x = root(mismatch, start, tol=1e-9).x
        q, t = self.coordinates(x)
        score2, cross, value = self.energetic(q, t)
        qhat, that = ALPHA * score2, ALPHA * cross
        _, _, phat, log_cosh = self.entropic(qhat, that)
        return x, -phat * self.p + that * t - qhat * (1 - q) / 2 + log_cosh + ALPHA * value


def wide_entropy(distance, start):
    """(LD.3) at overlap q1 = 1 - 2 D: unknowns ln delta and ln dhat."""
    q1 = 1 - 2 * distance
    z, w = grid(400, 9)

    def best_shift(delta):  # max over a of -a^2/(2 delta) + ln H((-sqrt(q1) z - a)/sqrt(1 - q1))
        a, spread = np.zeros_like(z), np.sqrt(1 - q1)
        for _ in range(60):
            x = (-np.sqrt(q1) * z - a) / spread
            r = R(x)
            a = a - (-a / delta + r / spread) / (-1 / delta - r * (r - x) / (1 - q1))
        return a

    def best_field(qhat, dhat):
        centre = np.sqrt(qhat) * z
        h = centre + dhat * np.sign(centre)  # beyond the largest root, from where Newton's method falls onto it
        for _ in range(30):
            T = np.tanh(h)
            h = h - (h - centre - dhat * T) / (1 - dhat * (1 - T * T))
        return h

    def parts(x):
        delta, dhat = np.exp(x)
        a = best_shift(delta)
        qhat = ALPHA * (w @ (a / delta) ** 2)
        return delta, dhat, a, qhat, best_field(qhat, dhat)

    def mismatch(x):
        delta, dhat, _, qhat, h = parts(x)
        return [w @ np.tanh(h) ** 2 - q1, w @ (z * np.tanh(h)) / np.sqrt(qhat) - (1 - q1 + delta)]
    x = root(mismatch, start, tol=1e-9).x
    delta, dhat, a, qhat, h = parts(x)
    value = (-qhat * (1 - q1 + delta) / 2 - q1 * dhat / 2 + w @ (-((h - np.sqrt(qhat) * z) ** 2) / (2 * dhat) + log_2cosh(h))
             + ALPHA * (w @ (-a * a / (2 * delta) + log_H((-np.sqrt(q1) * z - a) / np.sqrt(1 - q1)))))
    return x, value


def timed(name, work, repeat=3):
    work()
    begin = time.perf_counter()
    for _ in range(repeat):
        value = work()
    print(f"{name:42s} {(time.perf_counter() - begin) / repeat * 1e3:10.1f} ms a point   entropy {value:.6f}")


if __name__ == "__main__":
    for naive in (True, False):
        problem = FranzParisi(naive)
        start, _ = problem.solve([-1.0, 0.5])
        timed(f"Franz-Parisi, {'naive' if naive else 'reduced'}", lambda: problem.solve(start + 0.05)[1])
    start, _ = wide_entropy(0.1, np.log([2.0, 2.0]))
    timed("local entropy, y -> infinity", lambda: wide_entropy(0.1, start + 0.05)[1])

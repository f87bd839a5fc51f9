#!/usr/bin/env python3
"""Draws every chart of a results file with matplotlib: one picture a chart, and overview.png with up to four of them.

    python3 plot_results.py results.json FOLDER [--format png,svg,pdf]

The file is what `wfm reproduce` writes (src/io/report.hpp describes it). Colours, markers and meaning are those of the
HTML report: theory as lines, instances as points with error bars, unconverged points hollow, null as a gap.
Exit status: 0 done, 2 bad usage or input, 3 a file cannot be read or written or matplotlib is missing.
"""
import argparse
import json
import math
import pathlib
import sys
import warnings

try:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
except ImportError:
    print("plot_results.py: matplotlib is missing; install the package python3-matplotlib", file=sys.stderr)
    sys.exit(3)

PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a7a00", "#444444"]  # Okabe and Ito
QUIET = "#656b75"
MARKERS = ["o", "s", "^", "D", "*"]
STYLE = {
    "figure.dpi": 160, "savefig.bbox": "tight", "savefig.pad_inches": 0.08, "font.size": 9.5, "axes.titlesize": 10.5, "axes.titleweight": "bold",
    "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": QUIET, "axes.linewidth": 0.8,
    "axes.grid": True, "axes.axisbelow": True, "grid.color": "#e6e4df", "grid.linewidth": 0.6, "xtick.color": QUIET, "ytick.color": QUIET,
    "xtick.labelcolor": "#22252a", "ytick.labelcolor": "#22252a", "legend.facecolor": "white", "legend.edgecolor": "none", "legend.framealpha": 0.75, "legend.fontsize": 8.5, "lines.solid_capstyle": "round",
    "mathtext.fontset": "dejavusans", "svg.hashsalt": "wfm", "svg.fonttype": "none", "pdf.fonttype": 42,
}


def numbers(values, log=False):
    """null, and on a log axis what is not positive, becomes NaN, which matplotlib draws as a gap."""
    return [math.nan if value is None or (log and value <= 0) else value for value in values]


def series_style(series, free_slots):
    """Colour, marker, dashes and width; series without a colour of their own take the next one."""
    bound = series.get("group") == "bound"
    slot = series.get("color")
    if slot is None and not bound:
        slot = next(free_slots)
    return {
        "color": QUIET if slot is None else PALETTE[slot % len(PALETTE)],
        "marker": MARKERS[(slot or 0) % len(MARKERS)],
        "linestyle": (0, (6, 3)) if series.get("dashed") else (0, (1.5, 2)) if bound else (0, (3, 1.2)) if (slot or 0) >= len(PALETTE) else "-",
        "linewidth": 1.3 if bound or series.get("group") == "instance" else 1.9,
    }


def split_at_unconverged(series):
    """(indices of converged points, indices of the others)."""
    converged = series.get("converged") or [True] * len(series["x"])
    good = [i for i, value in enumerate(converged) if value is not False]
    return good, [i for i, value in enumerate(converged) if value is False]


def draw_points(axes, x, y, series, style, label):
    """Filled markers, hollow ones where the calculation did not converge, error bars on both."""
    error = [0 if value is None else value for value in series.get("error") or []]
    good, bad = split_at_unconverged(series)
    for chosen, face, name in [(good, style["color"], label), (bad, "white", None)]:
        if chosen:
            axes.errorbar([x[i] for i in chosen], [y[i] for i in chosen], yerr=[error[i] for i in chosen] if error else None, fmt=style["marker"],
                          color=style["color"], markerfacecolor=face, markersize=5, markeredgewidth=1.1, elinewidth=1, capsize=2.2, label=name, zorder=4)
    return bad


def draw_series(axes, series, style, x, log, bar_offset, bar_width):
    """One series; returns how many of its points did not converge."""
    kind, name, color = series["kind"], series["name"], style["color"]
    if kind == "band":
        axes.fill_between(x, numbers(series["low"], log), numbers(series["high"], log), color=color, alpha=0.18, linewidth=0, label=name, zorder=1)
        return 0
    y = numbers(series["y"], log)
    error = series.get("error")
    if kind == "points":
        return len(draw_points(axes, x, y, series, style, name))
    if kind == "bars":
        bars = axes.bar([value + bar_offset for value in x], y, width=bar_width, color=color, alpha=0.6, linewidth=0, label=name, zorder=2,
                        yerr=numbers(error) if error else None, error_kw={"ecolor": color, "elinewidth": 1, "capsize": 2.2})
        _, bad = split_at_unconverged(series)
        for i in bad:
            bars[i].set(facecolor="none", edgecolor=color, linewidth=1.2)
        return len(bad)
    marked = kind == "line" and series.get("group") == "instance" and len(x) <= 25
    line = {"color": color, "linestyle": style["linestyle"], "linewidth": style["linewidth"], "zorder": 3}
    axes.plot(x, y, drawstyle="steps-mid" if kind == "steps" else "default", **line)
    axes.plot([], [], label=name, marker=style["marker"] if marked else None, markersize=5, **line)  # for the legend
    if marked:
        return len(draw_points(axes, x, y, series, style, None))
    if error:
        axes.errorbar(x, y, yerr=numbers(error), fmt="none", ecolor=color, elinewidth=1, capsize=2.2, zorder=3)
    _, bad = split_at_unconverged(series)
    if bad:
        axes.plot([x[i] for i in bad], [y[i] for i in bad], linestyle="", marker="o", markersize=5, markerfacecolor="white", markeredgecolor=color, zorder=5)
    return len(bad)


def draw_chart(axes, chart):
    """A whole chart into `axes`: series, axes, legend, a note on unconverged points."""
    series = chart["series"]
    names = list(dict.fromkeys(x for one in series for x in one["x"] if isinstance(x, str)))
    bars = [one for one in series if one["kind"] == "bars"]
    free_slots = iter(range(1000))
    unconverged = 0
    for one in series:
        x = [names.index(value) for value in one["x"]] if names else one["x"]
        spacing = 0.75 if names else min((b - a for a, b in zip(sorted(x), sorted(x)[1:]) if b > a), default=1.0)
        width = spacing / max(len(bars), 1)
        offset = (bars.index(one) - (len(bars) - 1) / 2) * width if one in bars else 0.0
        unconverged += draw_series(axes, one, series_style(one, free_slots), x, chart["y"].get("scale") == "log", offset, 0.94 * width)
    for axis, set_scale, set_limits in [("x", axes.set_xscale, axes.set_xlim), ("y", axes.set_yscale, axes.set_ylim)]:
        low, high = chart[axis].get("min"), chart[axis].get("max")
        if chart[axis].get("scale") == "log" and not (axis == "x" and names):
            set_scale("log", nonpositive="clip")  # of an error bar that reaches zero the upper part stays
            low = low if low is not None and low > 0 else None
        set_limits(low, high)
    if names:
        crowded = sum(len(name) + 2 for name in names) > 55
        axes.set_xticks(range(len(names)), names, rotation=25 if crowded else 0, ha="right" if crowded else "center")
        axes.set_xlim(-0.6, len(names) - 0.4)
        axes.grid(False, axis="x")
    axes.set(title=chart["title"], xlabel=chart["x"]["label"], ylabel=chart["y"]["label"])
    if axes.get_legend_handles_labels()[0]:
        signs = dict(zip(*reversed(axes.get_legend_handles_labels())))
        shown = [one["name"] for one in series if one["name"] in signs]
        place = {"loc": "upper left", "bbox_to_anchor": (1.01, 1.02)} if len(shown) > 8 else {}
        axes.legend([signs[name] for name in shown], shown, handlelength=2.4, labelspacing=0.35, **place)
    if unconverged:
        axes.annotate(f"hollow: {unconverged} not converged", (1, 1.015), xycoords="axes fraction", ha="right", va="bottom", fontsize=7.5, color=QUIET)


def charts_of(results):
    return [chart for section in results["sections"] for chart in section.get("charts") or []]


def draw_all(results, folder, formats):
    """Writes the pictures and returns their paths."""
    paths = []

    def save(figure, path):
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
        paths.append(path)

    charts = charts_of(results)
    for chart in charts:
        figure, axes = plt.subplots(figsize=(5.6, 3.7))
        draw_chart(axes, chart)
        for extension in formats:
            save(figure, folder / f"{chart['id']}.{extension}")
        plt.close(figure)
    chosen = ([chart for chart in charts if chart.get("overview")] or charts)[:4]
    if chosen:
        columns = min(len(chosen), 2)
        rows = math.ceil(len(chosen) / columns)
        figure, grid = plt.subplots(rows, columns, figsize=(5.4 * columns, 3.6 * rows), squeeze=False, layout="constrained")
        for axes, chart in zip(grid.flat, chosen):
            draw_chart(axes, chart)
        for axes in list(grid.flat)[len(chosen):]:
            axes.remove()
        save(figure, folder / "overview.png")
        plt.close(figure)
    return paths


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=pathlib.Path, help="a results file of `wfm reproduce`")
    parser.add_argument("folder", type=pathlib.Path, help="where the pictures go; made if it is not there")
    parser.add_argument("--format", default="png", help="formats of the single pictures, such as png,svg (default png)")
    arguments = parser.parse_args()
    formats = arguments.format.split(",")
    unknown = [extension for extension in formats if extension not in ("png", "svg", "pdf")]
    if unknown:
        parser.error(f"--format takes png, svg and pdf, given {unknown[0]!r}")
    try:
        results = json.loads(arguments.results.read_text(encoding="utf-8"))
        if not isinstance(results, dict) or results.get("format") != "wfm-results":
            raise ValueError('a results file has "format": "wfm-results"')
        arguments.folder.mkdir(parents=True, exist_ok=True)
        with plt.rc_context(STYLE), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Data has no positive values|Attempt to set non-positive")  # a log axis without points is drawn empty
            for path in draw_all(results, arguments.folder, formats):
                print(path)
    except OSError as error:
        print(f"plot_results.py: {error}", file=sys.stderr)
        return 3
    except (ValueError, KeyError, TypeError) as error:
        print(f"plot_results.py: {arguments.results}: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

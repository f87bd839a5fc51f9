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
import textwrap
import warnings

try:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.colors import to_hex, to_rgb
    from matplotlib.lines import Line2D
except ImportError:
    print("plot_results.py: matplotlib is missing; install the package python3-matplotlib", file=sys.stderr)
    sys.exit(3)

PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a7a00", "#7f3c8d", "#a3572c", "#444444"]  # Okabe and Ito, and three more
QUIET = "#656b75"
MARKERS = ["o", "s", "^", "D", "*"]
MARKER_SCALE = [1.15, 0.92, 1.15, 0.9, 1.35]  # at one markersize they look of different sizes
BOUND_DASHES = [(1.5, 2), (6, 3), (6, 2, 1.5, 2), (12, 3)]  # bounds share one quiet colour
PANEL = (4.2, 2.55)  # width and height of the axes of an overview panel, inches
PICTURE = (4.6, 2.9)  # the same of a single picture
STYLE = {
    "figure.dpi": 160, "savefig.bbox": "tight", "savefig.pad_inches": 0.08, "font.size": 9, "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlepad": 7,
    "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": QUIET, "axes.linewidth": 0.8,
    "axes.grid": True, "axes.axisbelow": True, "grid.color": "#e6e4df", "grid.linewidth": 0.6, "xtick.color": QUIET, "ytick.color": QUIET,
    "xtick.labelcolor": "#22252a", "ytick.labelcolor": "#22252a", "legend.frameon": False, "legend.fontsize": 8,
    "legend.handlelength": 2.2, "legend.labelspacing": 0.35, "legend.columnspacing": 1.6, "lines.solid_capstyle": "round",
    "mathtext.fontset": "dejavusans", "svg.hashsalt": "wfm", "svg.fonttype": "none", "pdf.fonttype": 42,
}


def numbers(values, log=False):
    """null, and on a log axis what is not positive, becomes NaN, which matplotlib draws as a gap."""
    return [math.nan if value is None or (log and value <= 0) else value for value in values]


def theory_shades(all_series):
    """Name -> colour: three theory curves or more, of colours not shared with instances, become shades of the first one's."""
    curves = [one for one in all_series if one.get("group") == "theory" and one["kind"] == "line"]
    slots = [one.get("color") for one in curves]
    others = {one.get("color") for one in all_series if one not in curves}
    if len(curves) < 3 or None in slots or others & set(slots):
        return {}
    own = to_rgb(PALETTE[slots[0] % len(PALETTE)])
    stops = [[0.5 + 0.5 * part for part in own], own, [0.15 * part for part in own]]  # light, own, dark

    def shade(place):
        start = min(int(place), 1)
        return to_hex([a + (place - start) * (b - a) for a, b in zip(stops[start], stops[start + 1])])
    return {one["name"]: shade(2 * i / (len(curves) - 1)) for i, one in enumerate(curves)}


def series_styles(all_series):
    """Colour, marker, dashes, width and marker size; series without a colour of their own take the next one.

    Points that lie on one another stay visible: each series of points has smaller markers than the one before, and is above it.
    """
    free_slots = iter(range(len(all_series)))
    shades = theory_shades(all_series)
    points = [one for one in all_series if one["kind"] == "points"]
    bounds = [one for one in all_series if one.get("group") == "bound"]
    styles = []
    for one in all_series:
        bound = one.get("group") == "bound"
        slot = one.get("color")
        if slot is None and not bound and one["kind"] != "heatmap":
            slot = next(free_slots)
        above = (len(points) - 1) / 2 - points.index(one) if one in points else 0
        again = (slot or 0) >= len(PALETTE) and one["name"] not in shades  # colours come back dashed
        styles.append({
            "color": QUIET if slot is None else shades.get(one["name"], PALETTE[slot % len(PALETTE)]),
            "marker": MARKERS[(slot or 0) % len(MARKERS)],
            "linestyle": (0, (6, 3)) if one.get("dashed")
            else (0, BOUND_DASHES[bounds.index(one) % len(BOUND_DASHES)]) if bound
            else (0, (3, 1.2)) if again else "-",
            "linewidth": 1.1 if bound or one.get("group") == "instance" else 1.5,
            "markersize": (5.2 + above * min(1.2, 4 / max(len(points), 1))) * MARKER_SCALE[(slot or 0) % len(MARKERS)],
        })
    return styles


def split_at_unconverged(series):
    """(indices of converged points, indices of the others)."""
    converged = series.get("converged") or [True] * len(series["x"])
    good = [i for i, value in enumerate(converged) if value is not False]
    return good, [i for i, value in enumerate(converged) if value is False]


def draw_points(axes, x, y, series, style, label):
    """Filled markers, hollow ones where the calculation did not converge, error bars on both."""
    error = [0 if value is None else value for value in series.get("error") or []]
    good, bad = split_at_unconverged(series)
    for chosen, face, edge in [(good, style["color"], "white"), (bad, "white", style["color"])]:
        if chosen:
            axes.errorbar([x[i] for i in chosen], [y[i] for i in chosen], yerr=[error[i] for i in chosen] if error else None, fmt=style["marker"],
                          color=style["color"], markerfacecolor=face, markeredgecolor=edge, markersize=style["markersize"],
                          markeredgewidth=0.5 if edge == "white" else 1, elinewidth=0.8, capsize=1.8, capthick=0.8, zorder=4)
    if label:
        axes.plot([], [], linestyle="", marker=style["marker"], color=style["color"], markersize=5.5, markeredgewidth=0, label=label)  # for the legend
    return bad


def draw_heatmap(axes, series):
    """z[row of y][column of x] as colours, light where it is small; the bar of colours stands beside the axes and moves with them."""
    z = [numbers(row) for row in series["z"]]
    mesh = axes.pcolormesh(series["x"], series["y"], z, shading="nearest", cmap="YlGnBu", zorder=0, rasterized=True)
    bar = axes.figure.colorbar(mesh, cax=axes.inset_axes([1.02, 0, 0.035, 1]), label=series["name"])
    bar.outline.set_visible(False)
    axes.grid(False)


def draw_series(axes, series, style, x, log, bar_offset, bar_width):
    """One series; returns how many of its points did not converge."""
    kind, name, color = series["kind"], series["name"], style["color"]
    if kind == "heatmap":
        draw_heatmap(axes, series)
        return 0
    if kind == "band":
        axes.fill_between(x, numbers(series["low"], log), numbers(series["high"], log), color=color, alpha=0.18, linewidth=0, label=name, zorder=1)
        return 0
    y = numbers(series["y"], log)
    error = series.get("error")
    if kind == "points":
        return len(draw_points(axes, x, y, series, style, name))
    if kind == "bars":
        bars = axes.bar([value + bar_offset for value in x], y, width=bar_width, color=color, alpha=0.6, linewidth=0, label=name, zorder=2,
                        yerr=numbers(error) if error else None, error_kw={"ecolor": color, "elinewidth": 0.8, "capsize": 1.8})
        _, bad = split_at_unconverged(series)
        for i in bad:
            bars[i].set(facecolor="none", edgecolor=color, linewidth=1.2)
        return len(bad)
    marked = kind == "line" and series.get("group") == "instance" and len(x) <= 25
    line = {"color": color, "linestyle": style["linestyle"], "linewidth": style["linewidth"], "zorder": 3}
    axes.plot(x, y, drawstyle="steps-mid" if kind == "steps" else "default", **line)
    sign = line | ({"linestyle": (0, (3, 2))} if marked and series.get("dashed") else {})  # short dashes: the marker hides a gap
    axes.plot([], [], label=name, marker=style["marker"] if marked else None, markersize=5, **sign)  # for the legend
    if marked:
        return len(draw_points(axes, x, y, series, style, None))
    if error:
        axes.errorbar(x, y, yerr=numbers(error), fmt="none", ecolor=color, elinewidth=0.8, capsize=1.8, zorder=3)
    _, bad = split_at_unconverged(series)
    if bad:
        axes.plot([x[i] for i in bad], [y[i] for i in bad], linestyle="", marker="o", markersize=5, markerfacecolor="white", markeredgecolor=color, zorder=5)
    return len(bad)


def limit_to_data(axes, chart):
    """The y range of everything but bounds, which may run far out of the interesting range and are clipped."""
    log = chart["y"].get("scale") == "log"
    rest = [one for one in chart["series"] if one.get("group") != "bound"]
    if not rest or len(rest) == len(chart["series"]):
        return
    values = []
    for one in rest:
        for key in ("low", "high") if one["kind"] == "band" else ("y",):
            errors = one.get("error") or [None] * len(one[key])
            values += [value + sign * (error or 0) for value, error in zip(one[key], errors) if value is not None for sign in (-1, 0, 1)]
    values = [math.log10(value) if log else value for value in values if value > 0 or not log]
    if values and max(values) > min(values):
        margin = 0.05 * (max(values) - min(values))
        axes.set_ylim(*[10 ** end if log else end for end in (min(values) - margin, max(values) + margin)])


def set_title(axes, title):
    """The title over the axes, in as many lines as their width needs."""
    text = axes.set_title(title)
    share = axes.get_window_extent().width / text.get_window_extent().width
    if share < 1:
        text.set_text("\n".join(textwrap.wrap(title, max(12, int(0.97 * share * len(title))), break_on_hyphens=False)))


def draw_chart(axes, chart):
    """A whole chart into `axes`, but for the legend, whose entries (label -> handle) are returned."""
    series = chart["series"]
    names = list(dict.fromkeys(x for one in series for x in one["x"] if isinstance(x, str)))
    bars = [one for one in series if one["kind"] == "bars"]
    unconverged = 0
    for one, style in zip(series, series_styles(series)):
        x = [names.index(value) for value in one["x"]] if names else one["x"]
        spacing = 0.75 if names else min((b - a for a, b in zip(sorted(x), sorted(x)[1:]) if b > a), default=1.0)
        width = spacing / max(len(bars), 1)
        offset = (bars.index(one) - (len(bars) - 1) / 2) * width if one in bars else 0.0
        unconverged += draw_series(axes, one, style, x, chart["y"].get("scale") == "log", offset, 0.94 * width)
    limit_to_data(axes, chart)
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
    axes.set(xlabel=chart["x"]["label"], ylabel=chart["y"]["label"])
    set_title(axes, chart["title"])
    signs = dict(zip(*reversed(axes.get_legend_handles_labels())))
    entries = {one["name"]: signs[one["name"]] for one in series if one["name"] in signs}
    if unconverged:
        entries["not converged"] = Line2D([], [], linestyle="", marker="o", markersize=5.2, markerfacecolor="white", markeredgecolor=QUIET)
    return entries


def covers_data(legend, axes):
    """Whether a line, bar or area of the axes runs under the legend."""
    box = legend.get_window_extent()
    drawn = [(line.get_path(), line.get_transform()) for line in axes.lines if len(line.get_xdata())]
    drawn += [(patch.get_path(), patch.get_transform()) for patch in axes.patches]
    drawn += [(path, area.get_transform()) for area in axes.collections for path in area.get_paths()]
    return any(transform.transform_path(path).intersects_bbox(box, filled=True) for path, transform in drawn)


def legend_below(row, entries):
    """One legend under the axes of `row`, in as many columns as their width allows."""
    figure = row[0].figure
    box = row[0].get_window_extent()
    left, right = box.x0, row[-1].get_window_extent().x1
    low = min(axes.get_tightbbox(figure.canvas.get_renderer()).y0 for axes in row)
    for columns in range(min(len(entries), 6), 0, -1):
        legend = row[0].legend(entries.values(), entries.keys(), ncol=columns, loc="upper center", borderaxespad=0.5,
                               bbox_to_anchor=((right - left) / 2 / box.width, (low - box.y0) / box.height))
        if columns == 1 or legend.get_window_extent().width <= right - left + 0.5 * figure.dpi:
            return


def add_legend(axes, entries):
    """In a free corner where few series leave one, otherwise under the axes."""
    if not entries:
        return
    if len(entries) <= 6:
        legend = axes.legend(entries.values(), entries.keys(), loc="best")
        axes.figure.canvas.draw()
        if not covers_data(legend, axes):
            return
    legend_below([axes], entries)


def charts_of(results):
    return [chart for section in results["sections"] for chart in section.get("charts") or []]


def new_axes(figure, left, bottom, size):
    """Axes of a given place and size in inches."""
    width, height = figure.get_size_inches()
    return figure.add_axes([left / width, bottom / height, size[0] / width, size[1] / height])


def draw_overview(charts):
    """Panels of one size, two a row; a row of the same series has one legend. Rows are stacked from the top, each as high as it needs."""
    columns = min(len(charts), 2)
    figure = plt.figure(figsize=(10, 14))  # the part that stays empty is cut off
    top = 13.9
    for first in range(0, len(charts), columns):
        chosen = charts[first:first + columns]
        row = [new_axes(figure, 0.7 + 5 * column, top - PANEL[1], PANEL) for column in range(len(chosen))]
        entries = [draw_chart(axes, chart) for axes, chart in zip(row, chosen)]
        looks = [[(one["name"], style) for one, style in zip(chart["series"], series_styles(chart["series"]))] for chart in chosen]
        excess = max(axes.get_tightbbox(figure.canvas.get_renderer()).y1 / figure.dpi for axes in row) - top
        for axes in row:  # down by the height of the title
            place = axes.get_position()
            axes.set_position([place.x0, place.y0 - excess / figure.get_size_inches()[1], place.width, place.height])
        if len(row) > 1 and all(look == looks[0] for look in looks) and len(entries[0]) > 3:
            legend_below(row, {name: handle for one in entries for name, handle in one.items()})
        else:
            for axes, own in zip(row, entries):
                add_legend(axes, own)
        top = min(axes.get_tightbbox(figure.canvas.get_renderer()).y0 / figure.dpi for axes in row) - 0.2
    return figure


def draw_all(results, folder, formats):
    """Writes the pictures and returns their paths."""
    paths = []

    def save(figure, path):
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
        paths.append(path)

    charts = charts_of(results)
    for chart in charts:
        figure = plt.figure(figsize=(6, 6))  # the part that stays empty is cut off
        axes = new_axes(figure, 0.8, 2.2, PICTURE)
        add_legend(axes, draw_chart(axes, chart))
        for extension in formats:
            save(figure, folder / f"{chart['id']}.{extension}")
        plt.close(figure)
    chosen = ([chart for chart in charts if chart.get("overview")] or charts)[:4]
    if chosen:
        figure = draw_overview(chosen)
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

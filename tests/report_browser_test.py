#!/usr/bin/env python3
"""The HTML report in a real browser: makes a results file that uses every feature, calls `wfm report`, opens the page in
headless Chromium from file:// and checks that charts and tables work, in light and dark. The matplotlib pictures of the
same file are checked too.

WFM names the program (ctest sets it). --keep FOLDER leaves the page and the screenshots there.
"""
import argparse
import html.parser
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

CHROMIUM = "/usr/bin/chromium"

# Added to a copy of the page: uses it as a reader would, and leaves what it saw in data attributes of <body>.
READER = """
<script>
addEventListener("load", () => {
  const seen = document.body.dataset;
  const column = (table, k) => [...table.querySelectorAll("tbody tr")].map((row) => row.cells[k].textContent);
  const table = document.querySelector("figure.table table");
  seen.unsorted = JSON.stringify(column(table, 1));
  table.querySelectorAll("th button")[1].click();
  seen.ascending = JSON.stringify(column(table, 1));
  table.querySelectorAll("th button")[1].click();
  seen.descending = JSON.stringify(column(table, 1));

  const figure = document.querySelector("figure.chart");
  const chart = Chart.getChart(figure.querySelector(".plot canvas"));
  const buttons = Object.fromEntries([...figure.querySelectorAll(".tools button")].map((b) => [b.textContent, b]));
  seen.gap = String(chart.data.datasets.some((d) => d.data.some((p) => Number.isNaN(p.y))));
  seen.hollow = String(chart.data.datasets.flatMap((d) => (d.pointBackgroundColor ?? []).filter((c) => c !== d.borderColor)).length);
  const before = chart.scales.x.type;
  buttons["log x"].click();
  seen.axis = before + " " + chart.scales.x.type;
  buttons["reset"].click();
  seen.axis += " " + chart.scales.x.type;

  figure.querySelector(".legend button").click();
  seen.hidden = String(chart.data.datasets.filter((d) => d.hidden).length);
  buttons["reset"].click();

  chart.canvas.setPointerCapture = () => {};
  const point = (type, f) => {
    const area = chart.chartArea, box = chart.canvas.getBoundingClientRect();
    chart.canvas.dispatchEvent(new PointerEvent(type, { pointerType: "mouse", button: 0, pointerId: 1,
      clientX: box.left + area.left + f * area.width, clientY: box.top + area.top + f * area.height }));
  };
  const width = chart.scales.x.max - chart.scales.x.min;
  point("pointerdown", 0.25); point("pointermove", 0.5); point("pointerup", 0.75);
  point("pointerdown", 0); point("pointermove", 0.5); point("pointerup", 0.5);
  seen.zoomed = String(((chart.scales.x.max - chart.scales.x.min) / width).toFixed(2));
  buttons["reset"].click();

  const maps = [...document.querySelectorAll("figure.chart")].find((other) => other.querySelector("h3").textContent.startsWith("Slice"));
  const map = Chart.getChart(maps.querySelector(".plot canvas"));
  const colorAt = (x, y) => [...map.ctx.getImageData(map.scales.x.getPixelForValue(x) * map.currentDevicePixelRatio,
    map.scales.y.getPixelForValue(y) * map.currentDevicePixelRatio, 1, 1).data].slice(0, 3).join(" ");
  seen.cells = JSON.stringify([colorAt(-1, -1), colorAt(1, 1), colorAt(0, 0.95)]);
  seen.cellTip = tooltipLine(map.data.datasets[0].series, 0) + "; " + tooltipLine(map.data.datasets[0].series, 5);

  seen.overflow = String(document.documentElement.scrollWidth - innerWidth);
  let saved = 0;
  HTMLAnchorElement.prototype.click = function () { saved += this.download ? 1 : 0; seen.saved = String(saved); };
  buttons["CSV"].click(); buttons["PNG"].click();
  figure.querySelector("details").open = true;
  setTimeout(() => { seen.dataRows = String(figure.querySelectorAll("details tbody tr").length); seen.done = "yes"; }, 300);
});
</script>
"""


def sample_results(name="demo"):
    """Invented numbers of plausible shapes; every kind of series, gaps, log axes, unconverged points, hostile texts."""
    draw = random.Random(1)
    distance = [round(0.005 * i, 3) for i in range(1, 81)]

    def entropy(d):
        return -d * math.log(d) - (1 - d) * math.log(1 - d)

    def around(d, kappa):
        return entropy(d) - 0.32 * (1 - kappa) * d ** 0.55

    local_entropy = {
        "id": "local-entropy", "title": "Local entropy around solutions", "overview": True,
        "caption": "Lines: Franz–Parisi entropy φ(d) around references of margin κ. Points: belief propagation around solutions found on "
                   "instances, N = 2001, α = 0.5; error bars are one standard error over 10 seeds.",
        "x": {"label": "distance d", "scale": "linear", "min": 0, "max": None}, "y": {"label": "local entropy φ(d)", "scale": "linear"},
        "series": [{"name": f"margin κ = {kappa}", "kind": "line", "group": "theory", "color": c, "x": distance,
                    "y": [None if 0.2 < d < 0.22 and c == 1 else around(d, kappa) for d in distance]}
                   for c, kappa in enumerate([0.0, 0.2, 0.4])]
        + [{"name": "no data (bound)", "kind": "line", "group": "bound", "x": distance, "y": [entropy(d) for d in distance]}]
        + [{"name": f"{algorithm} (10 seeds)", "kind": "points", "group": "instance", "color": c, "x": distance[4::8],
            "y": [around(d, kappa) + draw.gauss(0, 0.006) for d in distance[4::8]], "error": [0.008 + 0.02 * d for d in distance[4::8]],
            "converged": [d < 0.37 for d in distance[4::8]] if c == 2 else None}
           for algorithm, c, kappa in [("SBPI", 1, 0.2), ("fBP", 2, 0.4)]]}
    delta = [-0.95 + 0.1 * i for i in range(40)]
    stabilities = {
        "id": "stabilities", "title": "Stabilities", "overview": True, "caption": "Histogram of the stabilities Δ of one fBP solution.",
        "x": {"label": "stability Δ"}, "y": {"label": "density P(Δ)"},
        "series": [{"name": "fBP", "kind": "bars", "group": "instance", "x": delta[10:],
                    "y": [max(0.0, 0.8 * math.exp(-(d - 1) ** 2 / 0.8) + draw.gauss(0, 0.02)) for d in delta[10:]]},
                   {"name": "margin κ = 0.4", "kind": "steps", "group": "theory", "x": delta,
                    "y": [0.8 * math.exp(-(d - 1) ** 2 / 0.8) if d > 0 else 0.0 for d in delta]}]}
    sizes = [1001, 2001, 5001, 10001, 20001, 40001]
    success = {
        "id": "steps-to-solution", "title": "Steps to a solution", "overview": True, "caption": "Median over 20 instances with its quartiles; both axes are logarithmic.",
        "x": {"label": "inputs N", "scale": "log"}, "y": {"label": "steps", "scale": "log"},
        "series": [{"name": "quartiles", "kind": "band", "group": "instance", "color": 3, "x": sizes,
                    "low": [0.3 * n ** 0.7 for n in sizes], "high": [0.9 * n ** 0.72 for n in sizes]},
                   {"name": "SBPI", "kind": "line", "group": "instance", "color": 3, "x": sizes, "y": [0.55 * n ** 0.71 for n in sizes],
                    "converged": [True] * 5 + [False]},
                   {"name": "N⁰·⁷", "kind": "line", "group": "theory", "dashed": True, "color": 7, "x": sizes, "y": [0.5 * n ** 0.7 for n in sizes]}]}
    names = ["fBP", "rBP", "SBPI", "rSGD", "BinaryNet", "annealing"]
    errors = {
        "id": "test-error", "title": "Test error of each algorithm", "overview": True, "caption": "Mean over 10 seeds, one standard error.",
        "x": {"label": "algorithm"}, "y": {"label": "test error", "min": 0},
        "series": [{"name": data, "kind": "bars", "group": "instance", "x": names, "y": [base + 0.004 * i for i in range(6)],
                    "error": [0.003 + 0.001 * i for i in range(6)]} for data, base in [("Fashion-MNIST", 0.05), ("teacher", 0.08)]]}
    hessian = {
        "id": "hessian", "title": "Hessian spectra", "caption": "Density of the eigenvalues λ; the upper band is the spread over seeds.",
        "x": {"label": "eigenvalue λ"}, "y": {"label": "density ρ(λ)", "scale": "log"},
        "series": [{"name": "slow schedule", "kind": "line", "group": "instance", "x": [0.1 * i for i in range(1, 40)],
                    "y": [math.exp(-0.25 * i) for i in range(1, 40)]},
                   {"name": "fast schedule", "kind": "line", "group": "instance", "x": [0.1 * i for i in range(1, 40)],
                    "y": [math.exp(-0.12 * i) - 0.011 for i in range(1, 40)]}]}
    grid = [-1 + 0.1 * i for i in range(21)]
    landscape = {
        "id": "slice", "title": "Slice through weight space", "caption": "Training errors on a plane; one cell has no value.",
        "x": {"label": "change of a weight, x"}, "y": {"label": "change of a weight, y"},
        "series": [{"name": "training error", "kind": "heatmap", "group": "instance", "x": grid, "y": grid,
                    "z": [[None if (i, j) == (5, 0) else 0.25 * (x + y + 2) for i, x in enumerate(grid)] for j, y in enumerate(grid)]},
                   {"name": "fBP", "kind": "points", "group": "instance", "x": [-0.5], "y": [-0.4]}]}
    rows = [{"algorithm": a, "test_error": None if a == "annealing" else 0.05 + 0.0123 * ((7 * i) % 5), "test_error_se": 0.0021,
             "flatness": -1.5e-7 * (i + 1), "solved": i != 4, "steps": 10 ** (i + 2)} for i, a in enumerate(names)]
    return {
        "format": "wfm-results", "version": "0.1.0", "name": name, "title": "Local entropy of solutions",
        "subtitle": "Do the solutions that algorithms find lie in wide flat regions? (a sample with invented numbers)",
        "command": f"wfm reproduce {name} --seed 1 --output {name}.json", "created": "2026-11-21T21:00:00Z", "seconds": 323.4,
        "machine": "2 cores, AVX-512",
        "facts": [{"label": "inputs N", "value": "2001"}, {"label": "constraint density α", "value": "0.5"}, {"label": "seeds", "value": "10"},
                  {"label": "capacity α_c", "value": "0.833"}, {"label": "algorithms", "value": "6"}],
        "findings": [
            {"verdict": "holds", "claim": "Algorithmic solutions have a higher local entropy than typical ones.",
             "evidence": "At d = 0.05: 0.134 ± 0.004 (fBP) against −0.021 (typical, theory); 10 of 10 seeds.", "command": f"wfm reproduce {name}"},
            {"verdict": "fails", "claim": "Annealing reaches the same local entropy as focusing.",
             "evidence": "At d = 0.05: 0.061 ± 0.009 against 0.134 ± 0.004, a difference of 7.4 standard errors.", "command": f"wfm reproduce {name} --only annealing"},
            {"verdict": "undecided", "claim": "The order of algorithms is the same at N = 10 001.", "evidence": "Kendall’s τ = 0.47 ± 0.31."},
            {"verdict": "note", "claim": "Text from files is never read as HTML: </script><script>document.title = 'broken'</script> <b>&amp;</b>"}],
        "sections": [
            {"id": "curves", "title": "Entropy around references and solutions",
             "text": ["A typical solution of the binary perceptron is isolated: no other solution lies at a small Hamming distance. Solutions of a large margin, "
                      "and those that efficient algorithms find, are surrounded by exponentially many others. The local entropy φ(d) counts them.",
                      "Numbers are made by `wfm reproduce`; </script> here must do no harm."],
             "charts": [local_entropy]},
            {"id": "details", "title": "Stabilities, speed and generalisation", "text": ["Five views of the same solutions."],
             "charts": [stabilities, success, errors, hessian, landscape],
             "tables": [{"id": "algorithms", "title": "All algorithms", "caption": "An en dash marks what was not measured.",
                         "columns": [{"key": "algorithm", "label": "Algorithm"}, {"key": "test_error", "label": "Test error", "digits": 3, "error_key": "test_error_se"},
                                     {"key": "flatness", "label": "Flatness", "digits": 3}, {"key": "steps", "label": "Steps", "digits": None}, {"key": "solved", "label": "Solved"}],
                         "rows": rows}]}]}


class Page(html.parser.HTMLParser):
    """The attributes of <body>, counts of elements, and every place that could load something."""

    def __init__(self, text):
        super().__init__()
        self.body, self.count, self.links = {}, {}, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag == "body":
            self.body = dict(attributes)
        self.links += [value for key, value in attributes if key in ("src", "href", "srcset", "action", "poster")]


def chromium(page, *options, dark=False):
    """The DOM after the page's scripts ran (or, with --screenshot, nothing)."""
    with tempfile.TemporaryDirectory() as profile:
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                   "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={profile}", "--virtual-time-budget=10000",
                   f"--blink-settings=preferredColorScheme={0 if dark else 1}", *options, page.as_uri()]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, text=True)
    if done.returncode != 0:
        raise SystemExit(f"chromium failed with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def make_report(folder, results, name):
    """results as files -> `wfm report` -> the page's path."""
    files = []
    for number, one in enumerate(results):
        files.append(folder / f"{name}-{number}.json")
        files[-1].write_text(json.dumps(one, ensure_ascii=False), encoding="utf-8")
    page = folder / f"{name}.html"
    done = subprocess.run([os.environ["WFM"], "report", *files, "--output", page], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0 or not page.exists():
        raise SystemExit(f"wfm report failed with {done.returncode}: {done.stderr.strip()}")
    return page


def check(what, holds, seen=None):
    if not holds:
        raise SystemExit(f"FAILED: {what}; seen: {seen!r}")
    print(f"ok  {what}")


def check_offline(page):
    text = page.read_text(encoding="utf-8")
    links = [link for link in Page(text).links if not link.startswith("#")]
    check("nothing is linked or loaded", links == [], links)
    own = re.sub(r"/\*!.*?\*/", "", text, flags=re.S)  # the notices of the chart library keep their addresses
    check("no network address but in licence notices", re.findall(r"(?:https?|wss?|ftp)://[^\s\"'<]*|url\([^)]*\)", own) == [])


def check_use(page):
    """A reader sorts, switches an axis, hides a series, zooms and saves."""
    text = page.read_text(encoding="utf-8")
    used = page.with_name("used.html")
    used.write_text(text.replace("</body>", READER + "</body>"), encoding="utf-8")
    seen = Page(chromium(used, "--dump-dom", "--window-size=500,900")).body
    get = lambda key: seen.get("data-" + key)
    check("the reader came to the end without errors", (get("done"), get("errors")) == ("yes", ""), (get("done"), get("errors")))
    columns = {key: json.loads(get(key)) for key in ("unsorted", "ascending", "descending")}
    numbers = {key: [float(text.split()[0]) for text in column if text != "–"] for key, column in columns.items()}
    check("sorting orders the numbers", numbers["ascending"] == sorted(numbers["unsorted"]) != numbers["unsorted"], columns)
    check("a second click turns the order", numbers["descending"] == numbers["ascending"][::-1], columns)
    check("empty cells stay last", columns["ascending"][-1] == columns["descending"][-1] == "–", columns)
    check("null is a gap", get("gap") == "true", get("gap"))
    check("unconverged points are hollow", get("hollow") == "1", get("hollow"))
    check("the log button switches the axis, reset brings it back", get("axis") == "linear logarithmic linear", get("axis"))
    check("the legend hides a series", get("hidden") == "1", get("hidden"))
    check("dragging zooms in, twice", get("zoomed") == "0.25", get("zoomed"))
    check("a heat map is light where it is small, dark where it is large", json.loads(get("cells"))[:2] == ["255 255 217", "8 29 88"], get("cells"))
    check("its cells have tooltips, empty ones an en dash", get("cell-tip") == "training error: 0; training error: –", get("cell-tip"))
    check("a narrow window needs no scrolling sideways", int(get("overflow")) <= 0, get("overflow"))
    check("CSV and PNG are offered", get("saved") == "2", get("saved"))
    points = sum(len(series["x"]) for series in sample_results()["sections"][0]["charts"][0]["series"])
    check("the data of a chart are shown", get("data-rows") == str(points), get("data-rows"))


def check_pictures(folder, results):
    """The same file drawn by matplotlib."""
    file = folder / "pictures.json"
    file.write_text(json.dumps(results), encoding="utf-8")
    script = pathlib.Path(__file__).resolve().parent.parent / "python" / "plot_results.py"
    python = os.environ.get("PYTHON3", "/usr/bin/python3")
    plot = lambda *options: subprocess.run([python, *options, script, file, folder / "pictures", "--format", "png,svg"], stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE, text=True)
    done = plot()
    names = [chart["id"] for section in results["sections"] for chart in section["charts"]]
    expected = {f"{name}.{extension}" for name in names for extension in ("png", "svg")} | {"overview.png"}
    made = {path.name for path in (folder / "pictures").glob("*") if path.stat().st_size > 5000}
    check("matplotlib draws every chart and the overview", (done.returncode, made) == (0, expected), (done.returncode, done.stderr, made))
    bare = plot("-S")  # without site packages there is no matplotlib
    check("a missing matplotlib is one line and status 3", (bare.returncode, bare.stderr.count("\n")) == (3, 1) and "python3-matplotlib" in bare.stderr, bare.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=pathlib.Path, help="leave the page and the screenshots in this folder")
    keep = parser.parse_args().keep
    if not os.access(os.environ.get("WFM", ""), os.X_OK):
        raise SystemExit(f"WFM must name the wfm program, given {os.environ.get('WFM')!r}")
    if not os.path.exists(CHROMIUM):
        raise SystemExit(f"{CHROMIUM} is missing: install the package chromium")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            folder = keep.resolve()
        page = make_report(folder, [sample_results()], "sample")
        check_offline(page)
        drawn = Page(chromium(page, "--dump-dom"))
        check("no script errors", drawn.body.get("data-errors") == "", drawn.body)
        check("all 6 charts are drawn", drawn.body.get("data-charts-drawn") == "6", drawn.body)
        check("the table is there", drawn.count.get("table") == 1, drawn.count)
        check("text from the file made no elements", drawn.count["script"] == 3 and drawn.count["title"] == 1, drawn.count)
        check_use(page)
        both = make_report(folder, [sample_results(), sample_results("again")], "both")
        check("two results files make one page", Page(chromium(both, "--dump-dom")).body.get("data-charts-drawn") == "12")
        shots = {}
        for look, size, dark in [("light", "1440,1200", False), ("dark", "1440,1200", True)]:
            shot = folder / f"sample-{look}.png"
            chromium(page, f"--screenshot={shot}", f"--window-size={size}", dark=dark)
            shots[look] = shot.read_bytes()
        check_pictures(folder, sample_results())
        check("light and dark differ", shots["light"] != shots["dark"] and min(map(len, shots.values())) > 20000)


if __name__ == "__main__":
    sys.exit(main())

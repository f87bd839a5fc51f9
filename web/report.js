// Builds the page from the results in the file: header, findings, sections with charts and tables, contents.
"use strict";

const errors = [];
let chartsDrawn = 0;
const redraws = [];
const numbering = { figure: 0, table: 0 };

function reportError(error) {
  errors.push(String(error?.message ?? error));
  document.body.dataset.errors = errors.join("\n");
}
addEventListener("error", (event) => reportError(event.error ?? event.message));

const VERDICTS = {
  holds: { sign: "✓", label: "holds", plural: "hold" },
  fails: { sign: "✗", label: "fails", plural: "fail" },
  undecided: { sign: "?", label: "undecided", plural: "undecided" },
  note: { sign: "i", label: "note", plural: "notes" },
};

/** 2026-11-21T21:00:00Z -> 21 November 2026, 21:00 UTC; other texts are shown as they are. */
function formatDate(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  return date.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }).replace(" at ", ", ") + " UTC";
}

function formatDuration(seconds) {
  if (seconds < 120) return `${formatNumber(Number(seconds.toPrecision(3)))} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${formatNumber(seconds / 3600, 1)} h`;
}

function makeHeader(results, level) {
  const details = [
    results.command && make("code", {}, results.command),
    results.created && make("time", { datetime: results.created }, formatDate(results.created)),
    typeof results.seconds === "number" && make("span", {}, formatDuration(results.seconds)),
    results.machine && make("span", {}, results.machine),
    results.version && make("span", {}, `wfm ${results.version}`),
  ].filter(Boolean);
  const facts = (results.facts ?? []).map((fact) => make("div", {}, make("dt", {}, fact.label), make("dd", {}, fact.value)));
  return make("header", { class: "title" },
    make(level, {}, results.title),
    results.subtitle ? makeText("p", { class: "subtitle" }, results.subtitle) : null,
    make("p", { class: "origin" }, ...details),
    facts.length ? make("dl", { class: "facts" }, ...facts) : null);
}

function makeFindings(findings) {
  const counts = Object.entries(VERDICTS).map(([verdict, { label, plural }]) => {
    const n = findings.filter((finding) => finding.verdict === verdict).length;
    return n ? make("span", { class: `count ${verdict}` }, `${n} ${n === 1 ? label : plural}`) : null;
  });
  const items = findings.map((finding) => {
    const { sign, label } = VERDICTS[finding.verdict];
    return make("li", { class: `finding ${finding.verdict}` },
      make("span", { class: "badge" }, make("span", { "aria-hidden": "true" }, sign), ` ${label}`),
      make("div", {}, makeText("p", { class: "claim" }, finding.claim),
        finding.evidence ? makeText("p", { class: "evidence" }, finding.evidence) : null,
        finding.statistic ? makeText("p", { class: "statistic" }, `${finding.source ? `${finding.source} ` : ""}Judged by: ${finding.statistic}`) : null,
        finding.command ? make("code", { class: "command" }, finding.command) : null));
  });
  return make("section", { class: "findings" },
    make("h2", {}, "Findings"), make("p", { class: "counts" }, ...counts), make("ul", {}, ...items));
}

/** A table that sorts by a click on a header: numbers by value, texts by letter, empty cells last. */
function makeSortable(columns, rows, attributes) {
  const body = make("tbody");
  const isNumber = (column) => rows.some((row) => typeof row[column.key] === "number");
  const fill = (sorted) => body.replaceChildren(...sorted.map((row) => make("tr", {}, ...columns.map((column) =>
    make("td", { class: isNumber(column) ? "number" : null },
      formatCell(row[column.key], column.error_key ? row[column.error_key] : null, column.digits ?? null))))));
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b
    : String(a).localeCompare(String(b), "en", { numeric: true }));
  const headers = columns.map((column) => {
    const sort = () => {
      const ascending = header.getAttribute("aria-sort") !== "ascending";
      headers.forEach((other) => other.removeAttribute("aria-sort"));
      header.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      fill([...rows].sort((rowA, rowB) => {
        const [a, b] = [rowA[column.key] ?? null, rowB[column.key] ?? null];
        if (a === null || b === null) return (a === null) - (b === null);
        return ascending ? compare(a, b) : compare(b, a);
      }));
    };
    const header = make("th", { scope: "col", class: isNumber(column) ? "number" : null },
      make("button", { type: "button", title: `Sort by ${column.label}`, onclick: sort }, column.label.replace(" %", "\u00a0%")));
    return header;
  });
  fill(rows);
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": attributes["aria-label"] },
    make("table", attributes, make("thead", {}, make("tr", {}, ...headers)), body));
}

const button = (label, title, onclick, attributes = {}) => make("button", { type: "button", title, onclick, ...attributes }, label);

const makeCaption = (name, ...texts) => make("figcaption", {}, make("b", {}, name),
  ...texts.filter(Boolean).map((text) => makeText("span", {}, ` ${text}`)));

function makeTable(table, prefix) {
  const keys = table.columns.flatMap((column) => (column.error_key ? [column.key, column.error_key] : [column.key]));
  const save = () => downloadCsv(table.id, [keys, ...table.rows.map((row) => keys.map((key) => row[key]))]);
  return make("figure", { class: "table", id: `${prefix}-${table.id}` },
    make("div", { class: "tools" }, button("CSV", "Download the table as CSV", save)),
    makeCaption(`Table ${++numbering.table}. ${table.title}.`, table.caption),
    makeSortable(table.columns, table.rows, { "aria-label": table.title }));
}

/** The figure of a chart with its buttons, legend, caption and data; draws it and again when the theme changes. */
function makeChart(chart, prefix) {
  const start = { x: chart.x.scale === "log", y: chart.y.scale === "log" };
  const view = { log: { ...start }, zoom: null, hidden: new Set() };
  const number = ++numbering.figure;
  const names = chart.series.map((series) => series.name).join(", ");
  const canvas = make("canvas", { role: "img", "aria-label": `${chart.title}: ${chart.y.label} against ${chart.x.label}; ${names}` });
  let instance = null;

  const hasPositive = (axis) => !chart.series.some(isHeatmap) && (axis === "x" ? chart.series.flatMap((s) => s.x)
    : chart.series.flatMap((s) => (s.kind === "band" ? s.high : s.y))).some((value) => typeof value === "number" && value > 0);
  const toggleLog = (axis) => () => { view.log[axis] = !view.log[axis]; view.zoom = null; redraw(); };
  const logButtons = Object.fromEntries(["x", "y"].map((axis) => [axis, button(`log ${axis}`, `Logarithmic or linear ${axis} axis`,
    toggleLog(axis), { disabled: !hasPositive(axis) })]));
  const reset = button("reset", "Back to the first view (or double click)", () => {
    Object.assign(view, { log: { ...start }, zoom: null });
    view.hidden.clear();
    redraw();
  });
  const savePicture = () => pictureOf(chart, instance, view, note.textContent).toBlob((blob) => download(`${chart.id}.png`, blob));

  const entries = chart.series.map((series, index) => {
    const toggle = () => { if (!view.hidden.delete(index)) view.hidden.add(index); redraw(); };
    return button("", "Show or hide this series", toggle);
  });
  const drawLegend = (colors) => {
    const styles = seriesStyles(chart, colors);
    const scale = Math.max(devicePixelRatio, 2);
    entries.forEach((entry, index) => {
      const swatch = make("canvas", { width: 28 * scale, height: 14 * scale, "aria-hidden": "true" });
      const ctx = swatch.getContext("2d");
      ctx.scale(scale, scale);
      drawSwatch(ctx, chart.series[index], styles[index], 0, 0);
      entry.replaceChildren(swatch, chart.series[index].name);
      entry.setAttribute("aria-pressed", String(!view.hidden.has(index)));
    });
  };

  const unconverged = countUnconverged(chart);
  const note = make("p", { class: "note" });
  const drawNote = () => {
    const off = ["x", "y"].filter((axis) => view.log[axis] && chart.series.some((s) =>
      (axis === "x" ? s.x : s.kind === "band" ? s.low : s.y).some((value) => typeof value === "number" && value <= 0)));
    note.textContent = [
      limitsOf(chart, { ...view, hidden: new Set() }, "y").min === undefined ? "No values to show" : "",
      unconverged ? `Hollow: ${unconverged === 1 ? "one point" : `${unconverged} points`} where the calculation did not converge` : "",
      off.length ? `Values of ${off.join(" and ")} at or below zero cannot be shown on a log axis` : "",
    ].filter(Boolean).join(" · ");
  };

  function redraw() {
    try {
      const colors = theme();
      const data = { datasets: datasetsOf(chart, view, colors) };
      const options = chartOptions(chart, view, colors);
      drawLegend(colors);
      drawNote();
      for (const axis of ["x", "y"]) logButtons[axis].setAttribute("aria-pressed", String(view.log[axis]));
      if (instance) {
        Object.assign(instance, { data, options });
        instance.update("none");
      } else {
        instance = new Chart(canvas, { type: "line", data, options, plugins: [heatmaps, errorBars, selection] });
        listenForZoom(instance, (zoom) => { view.zoom = zoom; redraw(); });
        canvas.addEventListener("dblclick", () => { view.zoom = null; redraw(); });
        document.body.dataset.chartsDrawn = String(++chartsDrawn);
      }
    } catch (error) {
      reportError(error);
      note.textContent = `This chart could not be drawn: ${error.message}. Its numbers are below.`;
    }
  }
  redraws.push(redraw);

  const data = make("details", {}, make("summary", {}, "Show data"));
  data.addEventListener("toggle", () => {
    if (data.querySelector("table")) return;
    const [header, ...rows] = chartRows(chart);
    const columns = header.map((label, key) => ({ key, label }));
    data.append(makeSortable(columns, rows, { "aria-label": `Data of figure ${number}` }));
  });
  return make("figure", { class: "chart", id: `${prefix}-${chart.id}` },
    make("div", { class: "chart-head" }, make("h3", {}, chart.title),
      make("div", { class: "tools", role: "group", "aria-label": "Chart tools" }, logButtons.x, logButtons.y, reset,
        button("CSV", "Download the data as CSV", () => downloadCsv(chart.id, chartRows(chart))),
        button("PNG", "Download the picture as PNG", savePicture))),
    make("div", { class: "legend", role: "group", "aria-label": "Series" }, ...entries),
    make("div", { class: "plot" }, canvas), note,
    makeCaption(`Figure ${number}.`, chart.caption), data);
}

function makeSection(section, prefix) {
  const id = `${prefix}-${section.id}`;
  const charts = (section.charts ?? []).map((chart) => makeChart(chart, id));
  return make("section", { id },
    make("h2", {}, section.title), ...(section.text ?? []).map((paragraph) => makeText("p", {}, paragraph)),
    charts.length ? make("div", { class: "charts" }, ...charts) : null,
    ...(section.tables ?? []).map((table) => makeTable(table, id)));
}

/** Links to the findings and sections, under the title of each results file where there are several. */
function makeContents(all) {
  const link = (id, title) => make("a", { href: `#${id}` }, title);
  const items = all.map((results, index) => {
    const parts = (results.findings?.length ? [{ id: "findings", title: "Findings" }] : []).concat(results.sections);
    const list = make("ul", {}, ...parts.map((part) => make("li", {}, link(`r${index + 1}-${part.id}`, part.title))));
    return all.length > 1 ? make("li", {}, link(`r${index + 1}`, results.title), list) : list;
  });
  return all.length > 1 ? make("ul", {}, ...items) : items[0];
}

function build() {
  const all = JSON.parse(document.getElementById("results").textContent);
  const report = document.getElementById("report");
  const parts = all.reduce((n, results) => n + results.sections.length, 0);
  const contents = document.getElementById("contents");
  if (parts > 1) contents.append(make("h2", {}, "Contents"), makeContents(all));
  else contents.remove();
  document.body.dataset.chartsDrawn = "0";
  document.body.dataset.errors = "";
  all.forEach((results, index) => {
    const prefix = `r${index + 1}`;
    const article = make("article", { id: prefix }, makeHeader(results, "h1"));
    if (results.findings?.length) {
      const findings = makeFindings(results.findings);
      findings.id = `${prefix}-findings`;
      article.append(findings);
    }
    article.append(...results.sections.map((section) => makeSection(section, prefix)));
    report.append(article);
  });
  redraws.forEach((redraw) => redraw());
  darkMode.addEventListener("change", () => redraws.forEach((redraw) => redraw()));
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

try {
  build();
} catch (error) {
  reportError(error);
  throw error;
}

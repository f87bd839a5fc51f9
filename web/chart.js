// One interactive chart: a description from the results file becomes a Chart.js instance with error bars, zoom by
// dragging, log and linear axes, and a legend that hides series. Theory is drawn as lines, instances as points.
"use strict";

// Okabe and Ito's colours, which colour-blind readers can tell apart, and three more; the dark set is lighter, the order is the same.
const PALETTES = {
  light: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a7a00", "#7f3c8d", "#a3572c", "#444444"],
  dark: ["#4aa3df", "#f08040", "#2fc79a", "#e39ac3", "#f0b429", "#8fd3ff", "#e6dc5a", "#b98ad0", "#d08f68", "#cfcfcf"],
};
const MARKERS = ["circle", "rect", "triangle", "rectRot", "star"];
const MARKER_SCALE = [1.1, 1, 1.15, 1, 1.3];  // at one radius they look of different sizes
const BOUND_DASHES = [[2, 3], [7, 4], [7, 3, 2, 3], [14, 4]];  // bounds share one quiet colour
const darkMode = matchMedia("(prefers-color-scheme: dark)");

/** The page's colours as the style sheet has them now. */
function theme() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    series: darkMode.matches ? PALETTES.dark : PALETTES.light,
    text: read("--text"), quiet: read("--quiet"), line: read("--line"), surface: read("--surface"), accent: read("--accent"),
    font: read("--sans"),
  };
}

const translucent = (color, alpha) => color + Math.round(255 * alpha).toString(16).padStart(2, "0");
const positive = (value) => (value > 0 ? value : NaN);

/** Series -> colour: three theory curves or more, of colours not shared with instances, become shades of the first one's. */
function theoryShades(chart, colors) {
  const curves = chart.series.filter((series) => series.group === "theory" && series.kind === "line");
  const shared = chart.series.some((series) => !curves.includes(series) && curves.some((curve) => curve.color === series.color));
  if (curves.length < 3 || shared || curves.some((curve) => typeof curve.color !== "number")) return new Map();
  const parts = (color) => [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  const own = parts(colors.series[curves[0].color % colors.series.length]), text = parts(colors.text);
  const mixed = (other, share) => own.map((part, k) => part + share * (other[k] - part));
  const stops = [mixed(darkMode.matches ? [0, 0, 0] : [255, 255, 255], 0.5), own, mixed(text, 0.85)];  // from the page's colour to the text's
  return new Map(curves.map((curve, i) => {
    const place = 2 * i / (curves.length - 1), from = Math.min(Math.floor(place), 1);
    return [curve, "#" + stops[from].map((part, k) => Math.round(part + (place - from) * (stops[from + 1][k] - part)).toString(16).padStart(2, "0")).join("")];
  }));
}

/** Colour, dash and marker of every series; series without a colour of their own take the next one. */
function seriesStyles(chart, colors) {
  let next = 0;
  const shades = theoryShades(chart, colors);
  const points = chart.series.filter((series) => series.kind === "points");
  const bounds = chart.series.filter((series) => series.group === "bound");
  return chart.series.map((series) => {
    const bound = series.group === "bound";
    const slot = series.color ?? (bound || isHeatmap(series) ? null : next++);
    const again = slot >= colors.series.length && !shades.has(series);  // colours come back dashed
    return {
      color: shades.get(series) ?? (slot === null ? colors.quiet : colors.series[slot % colors.series.length]),
      marker: MARKERS[(slot ?? 0) % MARKERS.length],
      dash: series.dashed ? [7, 4] : bound ? BOUND_DASHES[bounds.indexOf(series) % BOUND_DASHES.length] : again ? [3, 2] : [],
      width: bound || series.group === "instance" ? 1.5 : 2.25,
      // Points that lie on one another stay visible: each series has smaller ones than the series before, and is above it.
      radius: MARKER_SCALE[(slot ?? 0) % MARKERS.length]
        * (4 + Math.min(0.75, 3 / points.length) * (points.includes(series) ? (points.length - 1) / 2 - points.indexOf(series) : 0)),
    };
  });
}

/** Names on the x axis (algorithms, say) are drawn at 0, 1, 2, ...; an empty list where x holds numbers. */
function categoriesOf(chart) {
  const names = chart.series.flatMap((series) => series.x).filter((x) => typeof x === "string");
  return [...new Set(names)];
}

/** Points, and lines through few points measured on instances, show where they were measured. */
const isMarked = (series) => series.kind === "points" || (series.kind === "line" && series.group === "instance" && series.x.length <= 25);

const isUnconverged = (series, i) => series.converged?.[i] === false;
const countUnconverged = (chart) => chart.series.filter((s) => s.kind !== "band")
  .reduce((n, s) => n + s.x.filter((_, i) => isUnconverged(s, i)).length, 0);

/** The Chart.js datasets of a chart; a band is two of them, the upper edge filled down to the lower. */
function datasetsOf(chart, view, colors) {
  const styles = seriesStyles(chart, colors);
  const categories = categoriesOf(chart);
  return chart.series.flatMap((series, index) => {
    if (isHeatmap(series)) return [heatmapDataset(series, index, view)];
    const { color, marker, dash, width, radius } = styles[index];
    const onX = (x) => (typeof x === "string" ? categories.indexOf(x) : view.log.x ? positive(x) : x);
    const onY = (y) => (y === null ? NaN : view.log.y ? positive(y) : y);
    const points = (values) => series.x.map((x, i) => ({ x: onX(x), y: onY(values[i] ?? null) }));
    const common = { series, index, hidden: view.hidden.has(index), borderColor: color, backgroundColor: color };

    if (series.kind === "band") {
      const edge = { ...common, type: "line", order: 3, borderWidth: 0, pointRadius: 0, pointHoverRadius: 3 };
      return [
        { ...edge, data: points(series.low), fill: false },
        { ...edge, data: points(series.high), fill: "-1", backgroundColor: translucent(color, 0.18) },
      ];
    }
    const at = (i, yes, no) => (isUnconverged(series, i) ? yes : no);
    if (series.kind === "bars") {
      return [{ ...common, type: "bar", order: 2, data: points(series.y), barPercentage: 0.94, categoryPercentage: categories.length ? 0.75 : 1,
        borderWidth: series.x.map((_, i) => at(i, 1.5, categories.length ? 1 : 0)),
        backgroundColor: series.x.map((_, i) => at(i, "transparent", translucent(color, 0.5))) }];
    }
    const isPoints = series.kind === "points";
    const size = isPoints ? radius : isMarked(series) ? 3 : 0;
    const edge = isPoints && marker !== "star" ? colors.surface : color;  // a star has nothing but its edge
    return [{
      ...common, type: "line", data: points(series.y), order: isPoints ? -index : 1, showLine: !isPoints, clip: isPoints ? 6 : 2,
      borderWidth: width, borderDash: dash, stepped: series.kind === "steps" ? "middle" : false, spanGaps: false,
      segment: series.converged ? { borderDash: (part) => at(part.p0DataIndex, [3, 4], at(part.p1DataIndex, [3, 4], undefined)) } : {},
      pointRadius: series.x.map((_, i) => (isPoints ? size : at(i, 5, size))), pointHoverRadius: 6, pointStyle: marker,
      pointBorderWidth: series.x.map((_, i) => at(i, 1.5, isPoints && edge !== color ? 0.75 : 1.5)), pointBorderColor: series.x.map((_, i) => at(i, color, edge)),
      pointBackgroundColor: series.x.map((_, i) => at(i, colors.surface, color)),
    }];
  });
}

/** Whether series is a bound beside visible data: it may run far out of their range, and is clipped. */
const isClipped = (chart, view, series) => series.group === "bound"
  && chart.series.some((other, index) => other.group !== "bound" && !view.hidden.has(index));

/** Smallest and largest value of the visible series along "x" or "y", error bars and half a bar included; y without clipped bounds. */
function limitsOf(chart, view, axis) {
  const categories = categoriesOf(chart);
  if (axis === "x" && categories.length) return { min: -0.6, max: categories.length - 0.4 };
  let values = [];
  let margin = 0;
  chart.series.forEach((series, index) => {
    if (view.hidden.has(index)) return;
    if (axis === "y" && isClipped(chart, view, series)) return;
    if (isHeatmap(series)) values = values.concat(cellEdges(series[axis]));
    else if (axis === "x") values = values.concat(series.x);
    else if (series.kind === "band") values = values.concat(series.low, series.high);
    else series.y.forEach((y, i) => y !== null && values.push(y - (series.error?.[i] ?? 0), y, y + (series.error?.[i] ?? 0)));
    if (series.kind === "bars" && axis === "x" && series.x.length > 1) {
      const sorted = [...series.x].sort((a, b) => a - b);
      margin = Math.max(margin, Math.min(...sorted.slice(1).map((x, i) => x - sorted[i]).filter((gap) => gap > 0)) / 2);
    }
  });
  values = values.filter((value) => Number.isFinite(value) && (!view.log[axis] || value > 0));
  const end = (pick, sign) => values.reduce((a, b) => pick(a, b), values[0]) + (view.log[axis] ? 0 : sign * margin);
  return values.length ? { min: end(Math.min, -1), max: end(Math.max, 1) } : {};
}

/** Ticks: powers of ten on log axes (with 2 and 5 between where there is room), names where x holds names. */
function tickLabel(chart, axis, view) {
  const categories = axis === "x" ? categoriesOf(chart) : [];
  return function label(value) {
    if (categories.length) return categories[value] ?? "";
    if (!view.log[axis]) return formatNumber(value);
    const exponent = Math.floor(Math.log10(value) + 1e-9);
    const leading = Number((value / 10 ** exponent).toPrecision(3));
    const decades = Math.log10(this.max / this.min);
    const shown = leading === 1 ? exponent % Math.ceil(decades / 10) === 0 : decades < 2 && [2, 5].includes(leading);
    if (!shown) return "";
    if (this.max < 2000 && this.min > 0.005) return formatNumber(value);
    return leading === 1 ? powerOfTen(exponent) : `${leading}·${powerOfTen(exponent)}`;
  };
}

function axisOptions(chart, axis, view, colors) {
  const { label, min, max } = chart[axis];
  const log = view.log[axis];
  const limits = limitsOf(chart, view, axis);
  const categories = axis === "x" && categoriesOf(chart).length > 0;
  const filled = showsHeatmap(chart, view);
  const given = categories || filled ? limits : { min: min ?? undefined, max: max ?? undefined };
  const [low, high] = view.zoom?.[axis] ?? [given.min, given.max];
  const letters = categories ? categoriesOf(chart).length * Math.max(...categoriesOf(chart).map((name) => name.length + 1)) : 0;
  const crowded = ({ chart: { width } }) => (7 * letters > width - 60 ? 30 : 0);
  const allowed = (end) => (log && !(end > 0) ? undefined : end);
  return {
    type: log ? "logarithmic" : "linear",
    min: allowed(low), max: allowed(high), suggestedMin: limits.min, suggestedMax: limits.max,
    afterDataLimits: (scale) => {
      if (axis !== "y" || view.zoom || !chart.series.some((series) => isClipped(chart, view, series))) return;
      if (limits.min < limits.max) Object.assign(scale, { min: allowed(low) ?? limits.min, max: allowed(high) ?? limits.max });
    },
    title: { display: true, text: label, color: colors.text, font: { size: 13 } },
    offset: false,  // a bar chart would shift its axis by half a bar; limitsOf makes that room
    grid: { offset: false, color: ({ tick }) => (log && tick?.label === "" ? "transparent" : colors.line), borderColor: colors.quiet, tickLength: 5,
      drawOnChartArea: !categories },
    ticks: { color: colors.quiet, callback: tickLabel(chart, axis, view), includeBounds: !view.zoom && !categories && !filled, autoSkip: !log && !categories,
      autoSkipPadding: 14, maxRotation: categories ? 35 : 0, minRotation: crowded, stepSize: categories ? 1 : undefined },
  };
}

/** What a tooltip says about one point. */
function tooltipLine(series, i) {
  if (isHeatmap(series)) return `${series.name}: ${formatNumber(heatmapCell(series, i).z)}`;
  const note = isUnconverged(series, i) ? "  (not converged)" : "";
  if (series.kind === "band") return `${series.name}: ${formatNumber(series.low[i])} to ${formatNumber(series.high[i])}${note}`;
  return `${series.name}: ${formatWithError(series.y[i], series.error?.[i])}${note}`;
}

function chartOptions(chart, view, colors) {
  const xText = (x) => `${chart.x.label} = ${typeof x === "string" ? x : formatNumber(x)}`;
  const place = ({ x, y }) => `${xText(x)}, ${chart.y.label} = ${formatNumber(y)}`;
  const title = (series, i) => (isHeatmap(series) ? place(heatmapCell(series, i)) : xText(series.x[i]));
  const room = showsHeatmap(chart, view) ? COLOR_BAR.room : 0;
  return {
    animation: false, responsive: true, maintainAspectRatio: false, font: { family: colors.font },
    interaction: { mode: "nearest", axis: "xy", intersect: false },
    layout: { padding: { right: room } },
    scales: { x: axisOptions(chart, "x", view, colors), y: axisOptions(chart, "y", view, colors) },
    plugins: {
      legend: { display: false },
      tooltip: {
        backgroundColor: colors.surface, titleColor: colors.text, bodyColor: colors.text, borderColor: colors.quiet, borderWidth: 1,
        padding: 10, cornerRadius: 4, usePointStyle: true, titleFont: { weight: "normal" },
        callbacks: {
          title: (items) => (items.length ? title(items[0].dataset.series, items[0].dataIndex) : ""),
          label: (item) => tooltipLine(item.dataset.series, item.dataIndex),
        },
        filter: (item, i) => i === 0 && !Number.isNaN(item.parsed.y),
      },
    },
  };
}

/** Chart.js plugin: one standard error up and down from each point, clipped to the plot. */
const errorBars = {
  id: "errorBars",
  beforeDatasetDraw(instance, { index, meta }) {
    const { series } = instance.data.datasets[index];
    if (!series.error || series.kind === "band" || meta.hidden || !instance.isDatasetVisible(index)) return;
    const { ctx, chartArea: area, scales } = instance;
    const clamp = (y) => Math.min(Math.max(y, area.top), area.bottom);
    ctx.save();
    ctx.strokeStyle = instance.data.datasets[index].borderColor;
    ctx.lineWidth = 1.25;
    ctx.beginPath();
    meta.data.forEach((point, i) => {
      const [y, error] = [series.y[i], series.error[i]];
      if (point.skip || y === null || !(error > 0) || point.x < area.left - 1 || point.x > area.right + 1) return;
      const low = scales.y.type === "logarithmic" && y - error <= 0 ? area.bottom : scales.y.getPixelForValue(y - error);
      const high = scales.y.getPixelForValue(y + error);
      if (low < area.top || high > area.bottom) return;
      ctx.moveTo(point.x, clamp(low));
      ctx.lineTo(point.x, clamp(high));
      for (const end of [low, high]) {
        if (end !== clamp(end)) continue;
        ctx.moveTo(point.x - 3.5, end);
        ctx.lineTo(point.x + 3.5, end);
      }
    });
    ctx.stroke();
    ctx.restore();
  },
};

/** Chart.js plugin: the rectangle while the mouse is dragged. */
const selection = {
  id: "selection",
  afterDraw(instance) {
    if (!instance.dragged) return;
    const { x0, y0, x1, y1 } = instance.dragged;
    const colors = theme();
    instance.ctx.save();
    instance.ctx.fillStyle = translucent(colors.accent, 0.12);
    instance.ctx.strokeStyle = colors.accent;
    instance.ctx.fillRect(x0, y0, x1 - x0, y1 - y0);
    instance.ctx.strokeRect(x0, y0, x1 - x0, y1 - y0);
    instance.ctx.restore();
  },
};

/** Calls zoom({x: [low, high], y: [low, high]}) after a rectangle was dragged with the mouse or a pen. */
function listenForZoom(instance, zoom) {
  const { canvas } = instance;
  const inside = (event) => {
    const box = canvas.getBoundingClientRect();
    const { left, right, top, bottom } = instance.chartArea;
    const x = Math.min(Math.max(event.clientX - box.left, left), right);
    return { x, y: Math.min(Math.max(event.clientY - box.top, top), bottom) };
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return;
    const { x, y } = inside(event);
    instance.dragged = { x0: x, y0: y, x1: x, y1: y };
    canvas.setPointerCapture(event.pointerId);
  });
  const follow = (event) => {
    const { x, y } = inside(event);
    Object.assign(instance.dragged, { x1: x, y1: y });
    instance.draw();
  };
  canvas.addEventListener("pointermove", (event) => instance.dragged && follow(event));
  canvas.addEventListener("pointercancel", () => { instance.dragged = null; });
  canvas.addEventListener("pointerup", (event) => {
    if (!instance.dragged) return;
    follow(event);
    const { x0, y0, x1, y1 } = instance.dragged;
    instance.dragged = null;
    const range = (scale, a, b) => [scale.getValueForPixel(a), scale.getValueForPixel(b)].sort((p, q) => p - q);
    if (Math.abs(x1 - x0) > 8 && Math.abs(y1 - y0) > 8) {
      zoom({ x: range(instance.scales.x, x0, x1), y: range(instance.scales.y, y0, y1) });
    } else {
      instance.draw();
    }
  });
}

/** Draws the sign of one series (line, points, band, bars, heat map) into `ctx`, in a box of 28 x 14 at (x, y). */
function drawSwatch(ctx, series, style, x, y) {
  const middle = y + 7;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = style.color;
  ctx.lineWidth = style.width;
  if (isHeatmap(series)) {
    for (let k = 0; k < 26; ++k) {
      ctx.fillStyle = scaleColor(k / 25);
      ctx.fillRect(x + 1 + k, y + 1, 1, 12);
    }
  } else if (series.kind === "band" || series.kind === "bars") {
    ctx.globalAlpha = series.kind === "band" ? 0.3 : 0.6;
    ctx.fillRect(x + 1, y + 1, 26, 12);
  } else {
    if (series.kind !== "points") {
      ctx.setLineDash(style.dash);
      ctx.beginPath();
      ctx.moveTo(x + 1, middle);
      ctx.lineTo(x + 27, middle);
      ctx.stroke();
    }
    ctx.setLineDash([]);
    if (isMarked(series)) Chart.helpers.drawPoint(ctx, { pointStyle: style.marker, radius: 4, borderWidth: 1, rotation: 0 }, x + 14, middle);
  }
  ctx.restore();
}

/** The chart as a picture that stands alone: title and legend above the plot, the note below, on the page's background. */
function pictureOf(chart, instance, view, note) {
  const colors = theme();
  const styles = seriesStyles(chart, colors);
  const scale = instance.currentDevicePixelRatio;
  const [width, height] = [instance.width, instance.height];
  const picture = make("canvas");
  const ctx = picture.getContext("2d");
  const font = `13px ${colors.font}`;
  ctx.font = font;
  const entries = [];
  let [x, y] = [16, 44];
  chart.series.forEach((series, index) => {
    if (view.hidden.has(index)) return;
    const needed = 36 + ctx.measureText(series.name).width;
    if (x > 16 && x + needed > width - 16) [x, y] = [16, y + 22];
    entries.push({ series, style: styles[index], x, y });
    x += needed + 20;
  });
  const top = y + 24;
  picture.width = width * scale;
  const whole = top + height + (note ? 34 : 12);
  picture.height = whole * scale;
  ctx.scale(scale, scale);
  ctx.fillStyle = colors.surface;
  ctx.fillRect(0, 0, width, whole);
  ctx.fillStyle = colors.text;
  ctx.font = `600 16px ${colors.font}`;
  ctx.fillText(chart.title, 16, 28, width - 32);
  ctx.font = font;
  for (const entry of entries) {
    drawSwatch(ctx, entry.series, entry.style, entry.x, entry.y - 3);
    ctx.fillStyle = colors.text;
    ctx.fillText(entry.series.name, entry.x + 36, entry.y + 8);
  }
  ctx.drawImage(instance.canvas, 0, top, width, height);
  ctx.fillStyle = colors.quiet;
  ctx.fillText(note, 16, top + height + 20, width - 32);
  return picture;
}

/** All the numbers of a chart, one row a point, or a cell of a heat map. */
function chartRows(chart) {
  const rows = chart.series.flatMap((s) => (isHeatmap(s) ? heatmapCells(s).map(({ x, y, z }) => [s.name, x, y, null, null, null, null, z])
    : s.x.map((x, i) => [s.name, x, s.y?.[i] ?? null, s.error?.[i] ?? null, s.low?.[i] ?? null, s.high?.[i] ?? null, s.converged?.[i] ?? null, null])));
  const header = ["series", chart.x.label, chart.y.label, "standard error", "low", "high", "converged", "value"];
  const used = header.map((_, column) => column < 3 || rows.some((row) => row[column] !== null));
  return [header, ...rows].map((row) => row.filter((_, column) => used[column]));
}

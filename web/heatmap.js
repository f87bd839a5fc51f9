// Heat maps: a series of kind "heatmap" has z[row of y][column of x]. The cells are painted under the other series, with a bar of colours
// beside the plot; one invisible point a cell carries the tooltip. Light where z is small, in both themes.
"use strict";

const SCALE_STOPS = ["#ffffd9", "#edf8b1", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#253494", "#081d58"]  // ColorBrewer's YlGnBu
  .map((color) => [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16)));
const COLOR_BAR = { gap: 14, width: 14, room: 88 };  // pixels beside the plot

const isHeatmap = (series) => series.kind === "heatmap";

/** The colour of a share in [0, 1] of the scale. */
function scaleColor(share) {
  const place = share * (SCALE_STOPS.length - 1), from = Math.min(Math.floor(place), SCALE_STOPS.length - 2);
  const parts = SCALE_STOPS[from].map((part, k) => Math.round(part + (place - from) * (SCALE_STOPS[from + 1][k] - part)));
  return `rgb(${parts.join(", ")})`;
}

/** Smallest and largest z; a constant map is all at the low end. */
function heatmapRange(series) {
  const values = series.z.flat().filter((value) => value !== null);
  return { min: values.reduce((a, b) => Math.min(a, b), Infinity), max: values.reduce((a, b) => Math.max(a, b), -Infinity) };
}

const shareOf = ({ min, max }, z) => (max > min ? (z - min) / (max - min) : 0);

const showsHeatmap = (chart, view) => chart.series.some((series, index) => isHeatmap(series) && !view.hidden.has(index));

/** Cell number i, in rows: {x, y, z} at its centre. */
function heatmapCell({ x, y, z }, i) {
  const row = Math.floor(i / x.length), column = i % x.length;
  return { x: x[column], y: y[row], z: z[row][column] };
}

const heatmapCells = (series) => Array.from({ length: series.x.length * series.y.length }, (_, i) => heatmapCell(series, i));

/** The ends of the cells around the centres: half-way between neighbours, as far outwards at the ends. */
function cellEdges(centres) {
  const middle = (i) => (centres[i] + centres[i + 1]) / 2;
  const last = centres.length - 1;
  return [2 * centres[0] - middle(0), ...centres.slice(1).map((_, i) => middle(i)), 2 * centres[last] - middle(last - 1)];
}

function paintBar(instance, series, range) {
  const { ctx, chartArea: area } = instance;
  const colors = theme();
  const left = area.right + COLOR_BAR.gap;
  const gradient = ctx.createLinearGradient(0, area.bottom, 0, area.top);
  SCALE_STOPS.forEach((_, k) => gradient.addColorStop(k / (SCALE_STOPS.length - 1), scaleColor(k / (SCALE_STOPS.length - 1))));
  ctx.fillStyle = gradient;
  ctx.fillRect(left, area.top, COLOR_BAR.width, area.height);
  ctx.fillStyle = colors.quiet;
  ctx.font = `12px ${colors.font}`;
  ctx.textBaseline = "middle";
  const label = (value, share) => ctx.fillText(formatNumber(Number(value.toPrecision(3))), left + COLOR_BAR.width + 5, area.bottom - share * area.height);
  if (range.max > range.min) for (const share of [0, 0.25, 0.5, 0.75, 1]) label(range.min + share * (range.max - range.min), share);
  else if (range.max === range.min) label(range.min, 0);
  ctx.translate(left + COLOR_BAR.width + 52, (area.top + area.bottom) / 2);
  ctx.rotate(-Math.PI / 2);
  ctx.textAlign = "center";
  ctx.fillStyle = colors.text;
  ctx.font = `13px ${colors.font}`;
  ctx.fillText(series.name, 0, 0);
}

/** Chart.js plugin: the cells of visible heat maps, clipped to the plot; a cell without a value stays empty. */
const heatmaps = {
  id: "heatmaps",
  beforeDatasetsDraw(instance) {
    instance.data.datasets.forEach(({ series }, index) => {
      if (!isHeatmap(series) || !instance.isDatasetVisible(index)) return;
      const { ctx, chartArea: area, scales } = instance;
      const range = heatmapRange(series);
      const [xs, ys] = [cellEdges(series.x).map((x) => scales.x.getPixelForValue(x)), cellEdges(series.y).map((y) => scales.y.getPixelForValue(y))];
      ctx.save();
      ctx.beginPath();
      ctx.rect(area.left, area.top, area.width, area.height);
      ctx.clip();
      series.z.forEach((row, j) => row.forEach((z, i) => {
        if (z === null) return;
        ctx.fillStyle = scaleColor(shareOf(range, z));
        const [left, top] = [Math.floor(xs[i]), Math.floor(ys[j + 1])];  // whole pixels: no seams
        ctx.fillRect(left, top, Math.ceil(xs[i + 1]) - left, Math.ceil(ys[j]) - top);
      }));
      ctx.restore();
      ctx.save();
      paintBar(instance, series, range);
      ctx.restore();
    });
  },
};

/** The Chart.js dataset of a heat map: invisible points for the tooltips. */
const heatmapDataset = (series, index, view) => ({ series, index, hidden: view.hidden.has(index), type: "line", order: 4, showLine: false,
  data: heatmapCells(series), pointRadius: 0, pointHoverRadius: 0 });

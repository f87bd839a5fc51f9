// Small helpers shared by charts and tables: elements, numbers, CSV, downloads.
"use strict";

/** A new element: make("p", {class: "caption"}, "text", child, ...). Text is never parsed as HTML. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Text with `code` between backticks. */
function makeText(tag, attributes, text) {
  const parts = text.split("`").map((part, i) => (i % 2 ? make("code", {}, part) : part));
  return make(tag, attributes, ...parts);
}

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const powerOfTen = (exponent) => "10" + [...String(exponent)].map((c) => SUPERSCRIPTS[c]).join("");

/** A number for people, with a true minus sign; `digits` after the point, or about five significant ones. */
function formatNumber(value, digits = null) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  const vanishes = digits !== null && size > 0 && Number(size.toFixed(digits)) === 0;
  let text;
  if (Number.isInteger(value) && digits === null && size >= 1e4 && size < 1e8) {
    text = value.toLocaleString("en-GB").replaceAll(",", "\u2009");
  } else if (vanishes || size >= 1e6 || (size > 0 && size < 1e-4 && digits === null)) {
    const [mantissa, exponent] = value.toExponential(vanishes ? 1 : 3).split("e");
    text = `${digits === null ? Number(mantissa) : mantissa} × ${powerOfTen(Number(exponent))}`;
  } else {
    text = digits === null ? String(Number(value.toPrecision(5))) : value.toFixed(digits);
  }
  return text.replace("-", "−");
}

/** "value ± error"; the error alone decides nothing about the digits, so that a column stays aligned. */
function formatWithError(value, error, digits = null) {
  const text = formatNumber(value, digits);
  if (typeof error !== "number") return text;
  const rounding = error < 1e-12 * Math.abs(value);  // of equal values, left by the arithmetic
  return `${text} ± ${formatNumber(rounding ? 0 : error, digits)}`;
}

/** A cell of a table: numbers rounded, truth values as words, null as an en dash. */
function formatCell(value, error, digits) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return formatWithError(value, error, digits);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}

/** Rows (arrays of cells) as CSV, full precision, empty for null. */
function toCsv(rows) {
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
}

/** Offers `content` as a file to save. */
function download(name, content, type) {
  const url = content instanceof Blob ? URL.createObjectURL(content) : URL.createObjectURL(new Blob([content], { type }));
  const link = make("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

const downloadCsv = (name, rows) => download(`${name}.csv`, toCsv(rows), "text/csv");

// What Plotly draws of one panel: all measured points and the stepped front.

import { faint } from "./contrast.js";
import { axisUnit } from "./format.js";
import { inPoints, stretched, valueOfOriginal } from "./lost.js";
import { colorOf } from "./signs.js";

const DOMINATED = 0;
const POSSIBLE = 1;
const FRONT = 2;
const WEBGL_FROM = 1000; // above, SVG nodes slow down everything else in the page

export function needsWebGL(background) {
  return background.keys.length >= WEBGL_FROM;
}

// One metric of all points where its axis shows them, NaN where it was not measured; `place` finds the same for any value.
// Points lost need the original's own value: without it the axis is the metric's plain one.
export function column(background, axis, mark) {
  const metric = background.metrics[axis.metric];
  const raw = background.values[axis.metric] ?? [];
  let largest = raw.length ? 0 : (mark?.figures[axis.metric]?.[0] ?? 0);
  for (const value of raw) if (value > largest) largest = value;
  const { factor, unit } = axisUnit(metric?.style, largest);
  const original = valueOfOriginal(background, axis.metric);
  const scale = axis.scale !== "lost" ? axis.scale : inPoints(metric) && original !== null ? "lost" : "linear";
  const place = scale === "lost" ? (value) => stretched(100 * (value - original)) : (value) => value * factor;
  const values = new Float64Array(background.keys.length).fill(NaN);
  for (let i = 0; i < raw.length; i++) {
    const known = raw[i] !== null && (scale !== "log" || raw[i] > 0);
    if (known) values[i] = place(raw[i]);
  }
  return { values, place, scale, original, unit, metric, axis, known: raw.length > 0 || Boolean(mark) };
}

export function traces(background, x, y, theme, scales) {
  const standing = background.standing[x.axis.metric] ?? [];
  const count = background.keys.length;
  const type = needsWebGL(background) ? "scattergl" : "scatter";
  const size = count >= 5000 ? 4 : count >= 1000 ? 5 : count >= 300 ? 6 : 8;
  const groups = grouped(background, x.values, y.values, standing);
  return [
    ...fronts(x, y, background, theme),
    ...groups.map((group) => ({
      type,
      mode: "markers",
      x: group.rows.map((row) => x.values[row]),
      y: group.rows.map((row) => y.values[row]),
      marker: painted(marker(group, background.signs, size, theme), group, scales, theme),
    })),
    ...squares(background, x, y, type, size, theme),
  ];
}

// A square around each point whose figure was measured elsewhere.
function squares(background, x, y, type, size, theme) {
  const rows = Object.keys(background.elsewhere[x.axis.metric] ?? {}).map(Number).filter((row) => !Number.isNaN(x.values[row] + y.values[row]));
  if (!rows.length) return [];
  const marker = { symbol: "square-open", size: size + 8, color: theme.text, line: { width: 1.4 } };
  return [{ type, mode: "markers", x: rows.map((row) => x.values[row]), y: rows.map((row) => y.values[row]), marker }];
}

function grouped(background, xs, ys, standing) {
  const groups = new Map();
  background.keys.forEach((key, row) => {
    if (Number.isNaN(xs[row]) || Number.isNaN(ys[row])) return;
    const refused = key in background.refused;
    const technique = refused ? "refused" : background.techniques[row];
    const rank = refused ? DOMINATED - 1 : technique === "original" ? FRONT + 1 : (standing[row] ?? DOMINATED);
    const hollow = Boolean(background.bundled[row]);
    const name = `${rank} ${technique} ${hollow}`;
    if (!groups.has(name)) groups.set(name, { technique, rank, hollow, rows: [] });
    groups.get(name).rows.push(row);
  });
  return [...groups.values()].sort((a, b) => a.rank - b.rank);
}

// Dominated points are smaller and fainter, but visible; the original is always filled, in the text's colour.
function marker({ technique, rank, hollow }, signs, size, theme) {
  const sign = signs[technique] ?? signs.chain;
  const isOriginal = technique === "original";
  const open = (hollow && !isOriginal) || technique === "refused";
  const dominated = rank === DOMINATED;
  const color = isOriginal ? theme.text : dominated ? faint(colorOf(sign, theme.dark), theme.background) : colorOf(sign, theme.dark);
  return {
    symbol: open ? `${sign.symbol}-open` : sign.symbol,
    size: isOriginal ? Math.max(size, 7) + 3 : dominated ? size * 0.85 : size,
    color,
    opacity: 1,
    line: line({ open, rank, color }, theme),
  };
}

function line({ open, rank, color }, theme) {
  if (open) return { color, width: rank === POSSIBLE ? 2.2 : rank === DOMINATED ? 1.3 : 1.6 };
  return rank === POSSIBLE ? { color: theme.text, width: 1.2 } : { color: theme.background, width: 0.5 };
}

// Colour and size by a metric, where they were asked for; the original and what breaks a limit stay as they are.
function painted(usual, { technique, rows, rank }, scales, theme) {
  if (technique === "original" || technique === "refused") return usual;
  const made = { ...usual };
  if (scales?.colour) {
    made.color = rows.map((row) => scales.colour.colour(row, theme.dark));
    if (made.line.color === usual.color || rank === DOMINATED) made.line = { ...usual.line, color: usual.symbol.endsWith("-open") ? made.color : usual.line.color };
  }
  if (scales?.size) made.size = rows.map((row) => usual.size * scales.size.times(row));
  return made;
}

// The front's points from the smallest x on; of several models those of one.
function frontRows(background, x, y, model) {
  const standing = background.standing[x.axis.metric] ?? [];
  return background.keys
    .map((_, row) => row)
    .filter((row) => standing[row] === FRONT && (background.models?.[row] ?? 0) === model && !Number.isNaN(x.values[row]) && !Number.isNaN(y.values[row]))
    .sort((a, b) => x.values[a] - x.values[b]);
}

// Each model has a front of its own; the first one's is drawn through.
const DASHES = ["solid", "dash", "dot", "dashdot", "longdash"];

function fronts(x, y, background, theme) {
  const count = background.models?.length ? Math.max(...new Set(background.models)) + 1 : 1;
  return [...Array(count).keys()].map((model) => frontLine(x, y, background, theme, model));
}

// Steps from front point to front point: what is taken at that price. Chosen on validation, so a step may go down.
function frontLine(x, y, background, theme, model) {
  const rows = frontRows(background, x, y, model);
  return {
    type: "scatter",
    mode: "lines",
    x: rows.map((row) => x.values[row]),
    y: rows.map((row) => y.values[row]),
    line: { shape: x.metric?.better === "higher" ? "vh" : "hv", width: 1.5, color: theme.front, dash: DASHES[model % DASHES.length] },
  };
}

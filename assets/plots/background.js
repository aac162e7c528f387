// What Plotly draws of one panel: all measured points and the stepped front, on titled axes.

import { axisUnit } from "./format.js";
import { colorOf } from "./signs.js";

const DOMINATED = 0;
const POSSIBLE = 1;
const FRONT = 2;
const WEBGL_FROM = 1000; // above, SVG nodes slow down everything else in the page

export function needsWebGL(background) {
  return background.keys.length >= WEBGL_FROM;
}

// One metric of all points in the unit its axis shows; NaN where it was not measured.
export function column(background, axis, mark) {
  const metric = background.metrics[axis.metric];
  const raw = background.values[axis.metric] ?? [];
  let largest = raw.length ? 0 : (mark?.figures[axis.metric]?.[0] ?? 0);
  for (const value of raw) if (value > largest) largest = value;
  const { factor, unit } = axisUnit(metric?.style, largest);
  const values = new Float64Array(background.keys.length).fill(NaN);
  for (let i = 0; i < raw.length; i++) {
    const known = raw[i] !== null && (axis.scale !== "log" || raw[i] > 0);
    if (known) values[i] = raw[i] * factor;
  }
  return { values, factor, unit, metric, axis, known: raw.length > 0 || Boolean(mark) };
}

export function traces(background, x, y, theme) {
  const standing = background.standing[x.axis.metric] ?? [];
  const count = background.keys.length;
  const type = needsWebGL(background) ? "scattergl" : "scatter";
  const size = count >= 5000 ? 4 : count >= 1000 ? 5 : count >= 300 ? 6 : 8;
  const groups = grouped(background, x.values, y.values, standing);
  return [
    frontLine(x, y, standing, background, theme),
    ...groups.map((group) => ({
      type,
      mode: "markers",
      x: group.rows.map((row) => x.values[row]),
      y: group.rows.map((row) => y.values[row]),
      marker: marker(group, background.signs, size, theme),
    })),
  ];
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

function marker({ technique, rank, hollow, rows }, signs, size, theme) {
  const sign = signs[technique] ?? signs.chain;
  const color = colorOf(sign, theme.dark);
  const open = hollow || technique === "refused";
  const outlined = rank === POSSIBLE && !open;
  return {
    symbol: open ? `${sign.symbol}-open` : sign.symbol,
    size: technique === "original" ? Math.max(size, 7) + 2 : size,
    color,
    opacity: rank === DOMINATED && technique !== "refused" && rows.length ? 0.25 : rank === POSSIBLE ? 0.7 : 1,
    line: outlined
      ? { color: theme.text, width: 1.2 }
      : { color: open ? color : theme.background, width: open ? (rank === POSSIBLE ? 2.2 : 1.5) : 0.5 },
  };
}

// Steps from front point to front point: what is taken at that price. Chosen on validation, so a step may go down.
function frontLine(x, y, standing, background, theme) {
  const rows = background.keys
    .map((_, row) => row)
    .filter((row) => standing[row] === FRONT && !Number.isNaN(x.values[row]) && !Number.isNaN(y.values[row]))
    .sort((a, b) => x.values[a] - x.values[b]);
  return {
    type: "scatter",
    mode: "lines",
    x: rows.map((row) => x.values[row]),
    y: rows.map((row) => y.values[row]),
    line: { shape: x.metric?.better === "higher" ? "vh" : "hv", width: 1.5, color: theme.front },
  };
}

export function layout({ x, y, xRange, yRange, width, height, left, dragmode, theme }) {
  const axis = {
    gridcolor: theme.grid,
    linecolor: theme.axis,
    tickcolor: theme.axis,
    showline: true,
    zeroline: false,
    ticks: "outside",
    ticklen: 4,
    tickfont: { size: 11, color: x.known ? theme.muted : "rgba(0,0,0,0)" },
    exponentformat: "none",
    separatethousands: true,
    autorange: false,
  };
  return {
    width,
    height,
    margin: { l: left, r: 12, t: 26, b: 48, pad: 0 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, size: 12, color: theme.text },
    showlegend: false,
    hovermode: false,
    dragmode,
    xaxis: {
      ...axis,
      type: x.axis.scale,
      range: xRange,
      nticks: Math.max(3, Math.floor(width / 80)),
      minorloglabels: "complete", // 20 and 50 in full, not as small digits
      title: { text: axisTitle(x, width - left - 12), font: { size: 11 }, standoff: 6 },
    },
    yaxis: {
      ...axis,
      type: y.axis.scale,
      range: yRange,
      nticks: Math.max(4, Math.round(height / 50)),
      showticklabels: left > 20,
      ticks: left > 20 ? "outside" : "",
    },
  };
}

// "← Size (kB), lower is better": the arrow points to where the better values are.
export function axisTitle({ metric, unit, axis, known }, room) {
  const name = `${metric?.label ?? axis.metric}${unit && known ? ` (${unit})` : ""}`;
  const higher = metric?.better === "higher";
  const words = `${name}, ${higher ? "higher" : "lower"} is better`;
  const fitting = words.length * 5.5 + 12 < room ? words : name;
  return higher ? `${fitting} <b>\u2192</b>` : `<b>\u2190</b> ${fitting}`;
}

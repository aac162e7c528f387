// The point under the pointer: ringed in all three panels, with what the plots show of it in at most five rows; a click
// shows all its figures.

import { text } from "./format.js";
import { within } from "./labels.js";
import { inPoints, lostBy, signed } from "./lost.js";
import { escaped, icon } from "./signs.js";

const ROWS = 5;
const LINE = 16; // px of a row
const SLIM = 190; // px of a plot that has room for small text only
const GAP = 14; // px between the point and its box
const FIGURES = "Click for all its figures";

export class Hover {
  constructor(lab) {
    this.lab = lab;
    this.row = -1;
    this.box = Object.assign(document.createElement("div"), { className: "lab-hover", hidden: true });
    this.box.setAttribute("role", "tooltip");
    this.box.setAttribute("aria-live", "polite");
    lab.root.append(this.box);
  }

  at(panel, row) {
    if (row === this.row && panel === this.panel) return;
    [this.row, this.panel, this.full] = [row, panel, false];
    this.lab.root.classList.toggle("lab-hot", row >= 0);
    for (const each of this.lab.panels) each.pointer.innerHTML = row < 0 ? "" : ringed(each, row);
    document.dispatchEvent(new CustomEvent("lab-hover", { detail: this.lab.background?.keys[row] ?? "" })); // a tree beside marks it
    this.draw();
  }

  // All figures of the point, until the pointer goes on.
  open(panel, row) {
    this.at(panel, row);
    this.full = true;
    this.draw();
  }

  draw() {
    this.box.hidden = this.row < 0;
    this.lab.legend.status();
    if (this.row < 0) return;
    this.box.innerHTML = this.full ? this.figures(this.row) : this.words(this.row);
    this.put(this.panel, this.row);
    const wraps = !this.full && this.box.firstElementChild.offsetHeight > 1.5 * LINE;
    if (!wraps) return;
    this.box.innerHTML = this.words(this.row, ROWS - 1); // a long name takes two of the rows
    this.put(this.panel, this.row);
  }

  clear() {
    this.at(this.panel, -1);
  }

  // To the next point of the front (of all points where there is no front), by its x value.
  step(panel, direction) {
    const { values } = panel.x;
    const standing = this.lab.background.standing[panel.x.axis.metric] ?? [];
    const rows = [...values.keys()].filter((row) => visible(panel, row));
    const onFront = rows.filter((row) => standing[row] === 2);
    const order = (onFront.length ? onFront : rows).sort((a, b) => values[a] - values[b]);
    if (!order.length) return;
    const now = order.indexOf(this.row);
    const next = now < 0 ? (direction > 0 ? 0 : order.length - 1) : Math.min(Math.max(now + direction, 0), order.length - 1);
    this.at(panel, order[next]);
  }

  // In short: its name, why it is refused, its quality, then the costs, that of the panel under the pointer first.
  words(row, most = ROWS) {
    const { data } = this.lab;
    const names = [data.y.metric, this.panel?.x.axis.metric, ...data.axes.map((axis) => axis.metric)].filter(Boolean);
    const lines = [...new Set(names)].map((name) => this.line(name, row, { short: true }));
    const heads = [this.title(row), ...this.refusal(row)];
    return `${heads.join("")}<table>${lines.slice(0, most - heads.length).join("")}</table>`;
  }

  // Whatever was measured, with its interval.
  figures(row) {
    const { background, data } = this.lab;
    const drawn = new Set([data.y.metric, ...data.axes.map((axis) => axis.metric)]);
    const lines = Object.keys(background.metrics)
      .filter((name) => (background.values[name]?.[row] ?? null) !== null)
      .sort((a, b) => drawn.has(b) - drawn.has(a))
      .map((name) => this.line(name, row, { strong: drawn.has(name) }));
    const sign = background.signs[background.techniques[row]] ?? background.signs.chain;
    const kind = `<div class="lab-hover-kind">${escaped(sign.label)} \u00b7 ${escaped(this.origin(row))}</div>`;
    return `${this.title(row)}${kind}${this.refusal(row).join("")}<table>${lines.join("")}</table>`;
  }

  origin(row) {
    const { background } = this.lab;
    const source = background.elsewhere.size_bytes?.[row]; // whoever measured a size measured all
    return source ? `measured elsewhere: ${source}` : background.bundled[row] ? "bundled" : "measured here";
  }

  title(row) {
    const { background, theme } = this.lab;
    const sign = background.signs[background.techniques[row]] ?? background.signs.chain;
    return `<div class="lab-hover-title">${icon(sign, theme.dark, { hollow: background.bundled[row] })}<b>${escaped(background.labels[row])}</b></div>`;
  }

  refusal(row) {
    const { background } = this.lab;
    const refused = background.refused[background.keys[row]];
    return refused ? [`<div class="lab-hover-refused">\u2715 ${escaped(refused)}</div>`] : [];
  }

  // What a click on the point under the pointer does.
  hint(row = this.row) {
    return row < 0 ? "" : this.leads(row) ? this.lab.background.hint : FIGURES;
  }

  // Whether a click on the point leads anywhere.
  leads(row) {
    const { background } = this.lab;
    background.leading ??= new Set(background.clickable);
    return background.leading.has(background.keys[row]);
  }

  line(name, row, { short = false, strong = false }) {
    const { background } = this.lab;
    const metric = background.metrics[name];
    const { label, style } = metric;
    const [value, low, high] = ["values", "low", "high"].map((part) => background[part][name]?.[row] ?? null);
    const range = short || low === null || high === null ? "" : `<small>${text(style, low, low, high)} \u2013 ${text(style, high, low, high)}</small>`;
    const by = short && inPoints(metric) ? lostBy(background, name, row) : null;
    const lost = by ? `<small>${signed(by.points, 1, by.spread)}<span> points</span></small>` : "";
    const away = background.elsewhere[name]?.[row]; // who measured it
    const how = away ? `<small>${short ? "measured elsewhere" : escaped(away)}</small>` : background.modelled[name]?.[row] ? "<small>modelled</small>" : "";
    return `<tr${strong ? ' class="lab-drawn"' : ""}><th>${escaped(label)}</th><td>${text(style, value, low, high)} ${how}${lost}${range}</td></tr>`;
  }

  // Beside the point where its own panel has room for that, else above or below it; all figures may cover more.
  put(panel, row) {
    const frame = this.lab.root.getBoundingClientRect();
    const plot = panel.box.getBoundingClientRect();
    const [first, last] = this.full ? [0, frame.width] : [plot.left - frame.left, plot.right - frame.left];
    this.box.style.maxWidth = `${last - first}px`;
    this.box.classList.toggle("lab-slim", last - first < SLIM);
    this.box.style.setProperty("--room", `${last - first - 20}px`);
    const { scale } = this.lab;
    const [x, y] = [plot.left - frame.left + scale * panel.points.x[row], plot.top - frame.top + scale * panel.points.y[row]];
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const [right, left] = [x + GAP + width <= last, x - GAP - width >= first];
    const beside = right || left;
    const over = y - GAP - height >= 0 || y + GAP + height > frame.height ? y - GAP - height : y + GAP;
    const top = beside ? Math.min(Math.max(y - height / 2, 0), Math.max(0, frame.height - height)) : Math.max(0, over);
    const start = beside ? (right ? x + GAP : x - GAP - width) : Math.min(Math.max(x - width / 2, first), last - width);
    Object.assign(this.box.style, { left: `${start}px`, top: `${top}px` });
  }
}

function ringed(panel, row) {
  if (!visible(panel, row)) return "";
  const [x, y] = [panel.points.x[row], panel.points.y[row]];
  return `<circle class="lab-under" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="8"/>`;
}

// False also for points without a value, which lie at NaN.
function visible(panel, row) {
  return within([panel.points.x[row], panel.points.y[row]], panel.area);
}

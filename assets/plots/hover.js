// The point under the pointer: ringed in all three panels, with all its figures in one small table.

import { text } from "./format.js";
import { escaped, icon } from "./signs.js";

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
    [this.row, this.panel] = [row, panel];
    this.lab.root.classList.toggle("lab-hot", row >= 0);
    for (const each of this.lab.panels) each.pointer.innerHTML = row < 0 ? "" : ringed(each, row);
    this.box.hidden = row < 0;
    if (row < 0) return;
    this.box.innerHTML = this.words(row);
    this.put(panel, row);
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

  words(row) {
    const { background, theme, data } = this.lab;
    const refused = background.refused[background.keys[row]];
    const technique = background.techniques[row];
    const sign = background.signs[technique] ?? background.signs.chain;
    const drawn = new Set([data.y.metric, ...data.axes.map((axis) => axis.metric)]);
    const lines = Object.keys(background.metrics)
      .filter((name) => background.values[name])
      .sort((a, b) => drawn.has(b) - drawn.has(a))
      .map((name) => this.line(name, row, drawn.has(name)));
    return `<div class="lab-hover-title">${icon(sign, theme.dark, { hollow: background.bundled[row] })}<b>${escaped(background.labels[row])}</b></div>
      <div class="lab-hover-kind">${escaped(sign.label)} \u00b7 ${background.bundled[row] ? "bundled" : "measured here"}</div>
      ${refused ? `<div class="lab-hover-refused">\u2715 ${escaped(refused)}</div>` : ""}<table>${lines.join("")}</table>
      ${this.leads(row) ? `<div class="lab-hover-hint">${escaped(background.hint)}</div>` : ""}`;
  }

  // Whether a click on the point leads anywhere.
  leads(row) {
    const { background } = this.lab;
    background.leading ??= new Set(background.clickable);
    return background.leading.has(background.keys[row]);
  }

  line(name, row, drawn) {
    const { background } = this.lab;
    const { label, style } = background.metrics[name];
    const [value, low, high] = ["values", "low", "high"].map((part) => background[part][name]?.[row] ?? null);
    const range = low === null || high === null ? "" : `<small>${text(style, low)} \u2013 ${text(style, high)}</small>`;
    const how = background.modelled[name]?.[row] ? "<small>modelled</small>" : "";
    return `<tr${drawn ? ' class="lab-drawn"' : ""}><th>${escaped(label)}</th><td>${text(style, value)} ${how}${range}</td></tr>`;
  }

  put(panel, row) {
    const frame = this.lab.root.getBoundingClientRect();
    const plot = panel.box.getBoundingClientRect();
    const [x, y] = [plot.left - frame.left + panel.points.x[row], plot.top - frame.top + panel.points.y[row]];
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const left = x + 18 + width > frame.width ? Math.max(0, x - 18 - width) : x + 18;
    const top = Math.min(Math.max(y - 30, 0), Math.max(0, frame.height - height));
    Object.assign(this.box.style, { left: `${left}px`, top: `${top}px` });
  }
}

function ringed(panel, row) {
  if (!visible(panel, row)) return "";
  const [x, y] = [panel.points.x[row], panel.points.y[row]];
  return `<circle class="lab-under" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="8"/>`;
}

// False also for points without a value, which lie at NaN.
function visible(panel, row) {
  const [x, y] = [panel.points.x[row], panel.points.y[row]];
  const { left, top, width, height } = panel.area;
  return x >= left && x <= left + width && y >= top && y <= top + height;
}

// Parallel coordinates beneath the plots: a line a point over several metrics, brushed by pointer or keyboard. What is
// brushed is the plots' selection, and what is selected there is drawn in full here.

import { addressOf, brushesIn, coordinate } from "./coordinates.js";
import { text } from "./format.js";
import { colorOf, escaped } from "./signs.js";

const [TOP, BOTTOM, SIDE] = [34, 24, 46]; // px around the coordinates
const HIGH = 240; // px of the whole
const STEP = 0.02; // of a coordinate, of an arrow key
const NEAR = 18; // px beside a coordinate that count as on it
const QUIET = 300; // ms without a change before a brush is told to Python

export class Parallel {
  constructor(lab) {
    this.lab = lab;
    this.brushes = new Map(); // by metric, two shares of its coordinate
    this.box = Object.assign(document.createElement("div"), { className: "lab-parallel", hidden: true });
    this.box.setAttribute("role", "group");
    this.box.setAttribute("aria-label", "Parallel coordinates");
    this.box.innerHTML = `<canvas aria-hidden="true"></canvas><canvas aria-hidden="true"></canvas><div class="lab-axes"></div>`;
    [this.back, this.front, this.axes] = this.box.children;
    lab.root.append(this.box);
    this.axes.addEventListener("pointerdown", (event) => this.take(event));
    this.axes.addEventListener("dblclick", (event) => this.drop(event));
    this.axes.addEventListener("keydown", (event) => this.key(event));
  }

  // All again where points, metrics, width or theme changed; else what is selected.
  draw() {
    const { lab } = this;
    const names = lab.data.decided?.parallel ?? [];
    const hidden = names.length < 2 || !lab.background?.keys.length;
    this.box.hidden = hidden;
    if (hidden) return;
    const stand = [lab.drawn?.[0], names.join(), lab.root.clientWidth, lab.theme.name, lab.data.decided.colour].join("|");
    if (stand !== this.stand) {
      this.stand = stand;
      this.prepare(names);
      this.read(lab.data.decided.brushed);
      this.lines(this.back, [...lab.background.keys.keys()], true);
      this.write();
    }
    this.highlight();
  }

  prepare(names) {
    const { lab } = this;
    const { background, root } = lab;
    const width = root.clientWidth;
    this.size = [width, HIGH];
    this.columns = names.map((name, i) => ({
      ...coordinate(background, name, lab.y.metric),
      x: SIDE + (i * (width - 2 * SIDE)) / (names.length - 1),
    }));
    for (const name of this.brushes.keys()) if (!names.includes(name)) this.brushes.delete(name);
  }

  y = (share) => TOP + (1 - share) * (HIGH - TOP - BOTTOM);

  lines(canvas, rows, faint) {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = this.size;
    Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    const paint = canvas.getContext("2d");
    paint.scale(ratio, ratio);
    paint.lineWidth = 1;
    paint.globalAlpha = faint ? Math.max(0.05, Math.min(0.5, 60 / rows.length)) : Math.max(0.15, Math.min(0.9, 200 / rows.length));
    for (const [colour, group] of this.grouped(rows)) {
      paint.strokeStyle = colour;
      paint.beginPath();
      for (const row of group) this.path(paint, row);
      paint.stroke();
    }
  }

  // A point that lacks one of the figures has a gap there.
  path(paint, row) {
    let open = false;
    for (const { x, shares } of this.columns) {
      const share = shares[row];
      if (Number.isNaN(share)) open = false;
      else if (open) paint.lineTo(x, this.y(share));
      else {
        paint.moveTo(x, this.y(share));
        open = true;
      }
    }
  }

  grouped(rows) {
    const { background, theme, scales } = this.lab;
    const groups = new Map();
    for (const row of rows) {
      const sign = background.keys[row] in background.refused ? background.signs.refused : (background.signs[background.techniques[row]] ?? background.signs.chain);
      const colour = scales?.colour ? scales.colour.colour(row, theme.dark) : sign === background.signs.chain || background.techniques[row] === "original" ? theme.text : colorOf(sign, theme.dark);
      if (!groups.has(colour)) groups.set(colour, []);
      groups.get(colour).push(row);
    }
    return groups;
  }

  highlight() {
    const { lab } = this;
    if (this.box.hidden) return;
    const rows = [...lab.selected].map((key) => lab.rows.get(key)).filter((row) => row !== undefined);
    const chosen = lab.rows.get(lab.data.decided?.choice);
    this.back.classList.toggle("lab-quiet", rows.length > 0);
    this.lines(this.front, rows, false);
    if (chosen === undefined) return;
    const paint = this.front.getContext("2d");
    paint.globalAlpha = 1;
    paint.lineWidth = 2.5;
    paint.strokeStyle = lab.theme.text;
    paint.beginPath();
    this.path(paint, chosen);
    paint.stroke();
  }

  // The coordinates with their heads, their ends and their brushes.
  write() {
    const focused = document.activeElement?.dataset?.axis;
    this.axes.innerHTML = this.columns
      .map(({ name, metric, x, low, high }) => {
        const [worst, best] = metric.better === "lower" ? [high, low] : [low, high];
        const brush = this.brushes.get(name);
        return `<div class="lab-axis${brush ? " lab-brushed" : ""}" role="slider" tabindex="0" data-axis="${name}" aria-orientation="vertical" aria-label="${escaped(metric.label)}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="${Math.round(100 * (brush?.[0] ?? 0))}" aria-valuetext="${escaped(this.words(name))}" data-left="${x}">
          <b>${escaped(metric.label.split(" on ")[0])}</b><small class="lab-best-end-words">${escaped(text(metric.style, best))}</small><i></i><em></em><small>${escaped(text(metric.style, worst))}</small></div>`;
      })
      .join("");
    for (const axis of this.axes.children) {
      axis.style.left = `${axis.dataset.left}px`;
      this.brush(axis);
    }
    if (focused) this.axes.querySelector(`[data-axis="${focused}"]`)?.focus({ preventScroll: true });
  }

  brush(axis) {
    const brush = this.brushes.get(axis.dataset.axis);
    const mark = axis.querySelector("em");
    mark.hidden = !brush;
    axis.classList.toggle("lab-brushed", Boolean(brush));
    axis.setAttribute("aria-valuetext", this.words(axis.dataset.axis));
    if (brush) Object.assign(mark.style, { top: `${this.y(brush[1])}px`, height: `${Math.max(2, this.y(brush[0]) - this.y(brush[1]))}px` });
  }

  words(name) {
    const brush = this.brushes.get(name);
    const column = this.columns.find((each) => each.name === name);
    if (!brush) return "all; arrows brush from the better end";
    const ends = brush.map((share) => text(column.metric.style, Number(column.back(share).toPrecision(3))));
    return `${ends[0]} to ${ends[1]}`;
  }

  share(event) {
    const frame = this.axes.getBoundingClientRect();
    const at = 1 - (event.clientY - frame.top - TOP) / (HIGH - TOP - BOTTOM);
    return Math.min(1, Math.max(0, at));
  }

  axisAt(event) {
    const frame = this.axes.getBoundingClientRect();
    const x = event.clientX - frame.left;
    return [...this.axes.children].find((axis) => Math.abs(Number(axis.dataset.left) - x) < NEAR);
  }

  // A brush is drawn anew, or moved where one is.
  take(event) {
    const axis = this.axisAt(event);
    if (!axis || event.button) return;
    event.preventDefault();
    axis.focus({ preventScroll: true });
    const name = axis.dataset.axis;
    const from = this.share(event);
    const old = this.brushes.get(name);
    const moves = old && from >= old[0] && from <= old[1];
    const move = (moved) => {
      const to = this.share(moved);
      if (moves) {
        const by = Math.min(1 - old[1], Math.max(-old[0], to - from));
        this.brushes.set(name, [old[0] + by, old[1] + by]);
      } else this.brushes.set(name, [Math.min(from, to), Math.max(from, to)]);
      this.changed(axis);
    };
    const end = (ended) => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      if (!moves && Math.abs(this.share(ended) - from) < 0.01) this.clear(axis);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
  }

  drop(event) {
    const axis = this.axisAt(event);
    if (axis) this.clear(axis);
  }

  clear(axis) {
    this.brushes.delete(axis.dataset.axis);
    this.changed(axis);
  }

  // Up and down move the lower end of what is kept, with Shift the upper one; Escape takes the brush away.
  key(event) {
    const axis = event.target.closest(".lab-axis");
    const step = { ArrowUp: STEP, ArrowDown: -STEP, PageUp: 5 * STEP, PageDown: -5 * STEP }[event.key];
    if (!axis || (!step && !["Escape", "Delete", "Backspace"].includes(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    if (!step) return this.clear(axis);
    const [low, high] = this.brushes.get(axis.dataset.axis) ?? [0, 1];
    const brush = event.shiftKey ? [low, Math.min(1, Math.max(low, high + step))] : [Math.max(0, Math.min(high, low + step)), high];
    if (brush[0] === 0 && brush[1] === 1) this.brushes.delete(axis.dataset.axis);
    else this.brushes.set(axis.dataset.axis, brush);
    this.changed(axis);
  }

  changed(axis) {
    this.brush(axis);
    this.moving ??= requestAnimationFrame(() => {
      this.moving = null;
      this.lab.select(this.inside());
    });
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.lab.tell.trigger("brushed", addressOf(this.brushes, this.columns)), QUIET);
  }

  // The keys of the points that lie in every brush; none without one.
  inside() {
    const { keys } = this.lab.background;
    const held = [...this.brushes].map(([name, brush]) => [this.columns.find((each) => each.name === name).shares, ...brush]);
    const found = new Set();
    if (!held.length) return found;
    const slack = 1e-6;
    for (let row = 0; row < keys.length; row++) {
      if (held.every(([shares, low, high]) => shares[row] >= low - slack && shares[row] <= high + slack)) found.add(keys[row]);
    }
    return found;
  }

  // What the address brushes, once for each question.
  read(told) {
    if (this.question === this.lab.data.question) return;
    this.question = this.lab.data.question;
    this.brushes = brushesIn(told, this.columns);
    if (this.brushes.size) this.lab.select(this.inside());
  }

  destroy() {
    clearTimeout(this.telling);
    if (this.moving) cancelAnimationFrame(this.moving);
  }
}

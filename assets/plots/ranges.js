// What part of each axis is visible: all points at first, what the user zoomed to afterwards.

import { DEEPEST, LEAST, stretched } from "./lost.js";

const ROOM = 0.07; // free space on either side, as a share of the axis

export class Ranges {
  constructor() {
    this.zooms = new Map(); // by question, metric and scale: a zoom outlives every redraw
    this.fitted = new Map();
    this.whole = false; // true shows even the points far below the original
  }

  x = (lab, index) => this.of(lab, lab.xs[index]);
  y = (lab) => this.of(lab, lab.y);

  of(lab, column) {
    const name = nameOf(lab, column);
    return this.zooms.get(name) ?? this.fitted.get(name);
  }

  // Ranges around all marks and points, those far below the original left out unless asked for.
  fit(lab) {
    const floor = this.whole ? -Infinity : lowest(lab);
    const ys = lab.y.values;
    for (const column of [...lab.xs, lab.y]) {
      let [low, high] = [Infinity, -Infinity];
      const see = (value) => {
        if (value < low) low = value;
        if (value > high) high = value;
      };
      column.values.forEach((value, row) => ys[row] >= floor && see(value));
      marked(lab, column).forEach(see);
      if (column.scale === "lost") [...LEAST.map(stretched), column.place(bestOfOriginal(lab, column))].forEach(see);
      this.fitted.set(nameOf(lab, column), padded(low, high, column));
    }
  }

  // Points below the visible part of y, for the note that says so; counted once for each stand of the axis.
  below(lab) {
    const [bottom] = this.y(lab);
    const { values, scale } = lab.y;
    if (this.counted?.bottom !== bottom || this.counted.values !== values) {
      const limit = scale === "log" ? 10 ** bottom : bottom;
      this.counted = { bottom, values, count: values.reduce((count, value) => count + (value < limit), 0) };
    }
    return this.counted.count;
  }

  // Make room for marks that lie outside; true if any range changed.
  widen(lab) {
    let changed = false;
    for (const column of [...lab.xs, lab.y]) {
      const name = nameOf(lab, column);
      const [low, high] = this.fitted.get(name);
      const values = marked(lab, column).map((value) => logged(value, column));
      if (values.every((value) => value >= low && value <= high)) continue;
      const space = ROOM * (high - low);
      this.fitted.set(name, [Math.min(low, ...values.map((v) => v - space)), Math.max(high, ...values.map((v) => v + space))]);
      changed = changed || !this.zooms.has(name);
    }
    return changed;
  }

  keep(lab, panel, event) {
    for (const [letter, column] of [["x", panel.x], ["y", panel.y]]) {
      const low = event[`${letter}axis.range[0]`];
      if (low !== undefined) this.zooms.set(nameOf(lab, column), [low, event[`${letter}axis.range[1]`]]);
    }
  }

  forget(lab) {
    for (const column of [...lab.xs, lab.y]) this.zooms.delete(nameOf(lab, column));
  }
}

// What lies more than 25 points below the original is of little use, and would squeeze the rest.
function lowest(lab) {
  if (lab.y.scale === "lost") return stretched(DEEPEST);
  const row = lab.background.techniques.indexOf("original");
  if (row < 0 || lab.y.metric?.style !== "percent") return -Infinity;
  return lab.y.values[row] - 25;
}

// The better end of the original's interval, so that the bars of points like it are seen whole.
function bestOfOriginal({ background }, { axis, original }) {
  return background.high[axis.metric]?.[background.techniques.indexOf("original")] ?? original;
}

const nameOf = (lab, { axis, scale }) => `${lab.data.question} ${axis.metric} ${scale}`;

function marked(lab, column) {
  return [...lab.data.trail, ...(lab.shown ? [lab.shown] : [])]
    .map((mark) => mark.figures[column.axis.metric]?.[0] ?? null)
    .filter((value) => value !== null && (column.scale !== "log" || value > 0))
    .map(column.place);
}

const logged = (value, column) => (column.scale === "log" ? Math.log10(value) : value);

function padded(low, high, column) {
  if (low > high) return column.scale === "log" ? [0, 1] : [0, column.place(1)];
  let [a, b] = [logged(low, column), logged(high, column)];
  const least = column.scale === "log" ? 0.3 : Math.max(Math.abs(b) * 0.02, 1e-9);
  if (b - a < least) [a, b] = [(a + b - least) / 2, (a + b + least) / 2];
  return [a - ROOM * (b - a), b + ROOM * (b - a)];
}

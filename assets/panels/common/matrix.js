// A weight matrix as a picture with holes: each small tile is one kernel, from one input to one output channel.

import { html, number, percent, say, size } from "./elements.js";
import { colours } from "./colours.js";
import { Sheet } from "./sheet.js";

const SIDE_BY_SIDE = 640; // px of the component's own width
const TALLEST = 480; // px of one picture

export class MatrixView {
  constructor(root, place) {
    this.place = place;
    this.words = html("p", "insight-words");
    this.words.setAttribute("aria-live", "polite");
    this.scale = html("div", "insight-legend");
    this.pictures = html("div", "insight-pictures");
    this.hint = html("p", "insight-hint");
    root.append(this.words, this.scale, this.pictures, this.hint);
  }

  draw(content, width) {
    this.weights = decoded(content);
    const both = Boolean(content.ranks);
    const wide = both && width >= SIDE_BY_SIDE ? Math.floor((width - 20) / 2) : width;
    const palette = colours(this.place.theme);
    const sheet = (title) => new Sheet(content, this.weights, palette, { title, width: wide, height: TALLEST, bars: true });
    this.before = both ? sheet("Before") : null;
    this.after = sheet(both ? "After" : "");
    const sheets = [this.before, this.after].filter(Boolean);
    this.pictures.replaceChildren(...sheets.map((one) => one.element));
    for (const one of sheets) {
      one.canvas.onmousemove = (event) => this.point(content, one.at(event));
      one.canvas.onmouseleave = () => this.point(content, null);
    }
    this.before?.paint(() => false);
    this.scale.replaceChildren(...scale(content, palette, both));
    this.point(content, null);
  }

  show(content, level, value) {
    this.level = level;
    const repaired = this.place.part("repaired");
    const { measured } = this.place.data;
    const exact = repaired && measured?.at === value && this.place.data.versions.repaired ? repaired : null;
    const gone = content.ranks ? this.holes(content, level, exact) : this.removed(content, level, value);
    this.after.paint(gone.at, exact && (exact.decoded ??= bytes(exact.values)));
    say(this.words, gone.sentence);
    this.place.root.dataset.holes = this.after.holes;
  }

  // Single weights: those of the lowest ranks, or what the finished model shows.
  holes(content, level, exact) {
    const { ranks } = this.weights;
    const count = content.gone[level];
    const total = content.shape.reduce((product, extent) => product * extent, 1);
    const zeros = exact ? exact.zeros : count;
    const share = `*${number(zeros)} of ${number(total)} weights (${percent(zeros / total)}) are holes*`;
    if (!exact) return { at: (cell) => ranks[cell] < count, sentence: `${share}, by the ranking. What repair makes of the others follows in a moment.` };
    const values = (exact.decoded ??= bytes(exact.values));
    const moved = exact.size ? exact.changed / exact.size : 0;
    const repair = moved < 0.005 ? "The others are as they were." : `The others, refitted, have moved by ${percent(moved)} of their size (root mean square).`;
    return { at: (cell) => values[cell] === -128, sentence: `${share} in the finished model. ${repair}` };
  }

  // Whole rows and columns: those of channels that don't stay.
  removed(content, level, value) {
    const { measured } = this.place.data;
    const widths = measured?.at === value ? measured.widths : content.widths[level];
    const lost = ({ group, size: all }) => (group ? all - widths[group] : 0);
    const [rows, columns] = [lost(content.rows), lost(content.columns)];
    const { kernel } = content;
    const shown = content.shown[1];
    const isGone = ({ ranks }, place, count) => ranks[place] >= 0 && ranks[place] < count;
    const at = (cell) =>
      isGone(content.rows, Math.floor(cell / shown), rows) || isGone(content.columns, Math.floor((cell % shown) / kernel), columns);
    const each = (axis, count) => axis.ranks.reduce((sum, rank) => sum + (rank >= 0 && rank < count), 0);
    const [r, c] = [each(content.rows, rows), each(content.columns, columns)];
    const left = (content.rows.ranks.length - r) * (content.columns.ranks.length - c) * kernel;
    const total = content.rows.ranks.length * content.columns.ranks.length * kernel;
    const which = `*${r} of ${content.rows.ranks.length} outputs and ${c} of ${content.columns.ranks.length} inputs go*`;
    return { at, sentence: `${which}: the tensor keeps ${number(left)} of ${number(total)} weights (${percent(left / total)}), and is that much smaller.` };
  }

  point(content, cell) {
    const { shown, shape, limit } = content;
    const kernel = this.after.each;
    const cut = this.after.cut;
    const all = cut ? `Shown are ${cut}. ` : "";
    if (cell === null || cell === undefined) {
      const tile = kernel > 1 ? `Each tile is one ${shape.slice(2).join(" x ")} kernel. ` : "";
      const bars = content.ranks ? "Bars: the share of zeros of each output and input. " : "";
      this.hint.textContent = `${this.after.axes} ${tile}${all}${bars}Point at a weight to read it.`;
      return;
    }
    const value = this.weights.values[cell];
    const [row, column] = [Math.floor(cell / shown[1]), cell % shown[1]];
    const written = `${Math.abs(value) === 127 ? "beyond " : ""}${value < 0 ? "−" : ""}${size(value === -128 ? 0 : Math.abs((value / 127) * limit))}`;
    const where = `Output ${row}, input ${Math.floor(column / kernel)}${kernel > 1 ? `, place ${(column % kernel) + 1} of ${kernel}` : ""}`;
    this.hint.textContent = `${where}: ${written}. ${content.ranks ? this.goes(content, cell) : ""}`;
  }

  goes(content, cell) {
    const rank = this.weights.ranks[cell];
    if (content.levels.length < 2) return rank < content.gone[0] ? "Goes." : "Stays.";
    const level = content.gone.findIndex((count) => rank < count);
    return level < 0 ? "Never goes." : `Goes from a sparsity of ${percent(content.levels[level])} on.`;
  }
}

function decoded(content) {
  const values = bytes(content.values);
  if (!content.ranks) return { values };
  const raw = bytes(content.ranks);
  return { values, ranks: new Uint32Array(raw.buffer, 0, raw.length / 4) };
}

function bytes(base64) {
  return Int8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function scale(content, palette, both) {
  const bar = html("span", "insight-scale");
  bar.style.background = `linear-gradient(90deg, ${[-127, -64, -20, 0, 20, 64, 127].map((v) => palette.css(v)).join(",")})`;
  const hole = html("span", `insight-sign ${both ? "insight-hole" : "insight-removed"}`);
  return [`−${size(content.limit)}`, bar, size(content.limit), hole, both ? "hole: the weight is zero" : "removed"];
}

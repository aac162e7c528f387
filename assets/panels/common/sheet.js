// One picture of a weight on a canvas: tiles of kernels, outputs downwards and inputs to the right, bars at the edges.

import { html } from "./elements.js";

const BAR = 22; // px for the bars of zeros
const SMALLEST = 2; // px of a cell: what then doesn't fit in is left out
const LARGEST = 18;

export class Sheet {
  constructor(content, weights, palette, { title, width, height, bars }) {
    Object.assign(this, { content, weights, palette });
    const kernel = content.shape.slice(2);
    const [high, wide] = kernel.length === 2 ? kernel : [1, kernel[0] ?? 1];
    const each = high * wide;
    let [rows, columns] = [content.shown[0], Math.floor(content.shown[1] / each)];
    // A column of many outputs with hardly any input is laid on its side.
    this.turned = rows > 4 * columns;
    const gap = each > 1 ? 1 : 0;
    const room = bars ? BAR : 0;
    const [across, down] = this.turned ? [rows, columns] : [columns, rows];
    const fits = (cell) => across * (cell * wide + gap) <= width - room && down * (cell * high + gap) <= height - room;
    let cell = LARGEST;
    while (cell > SMALLEST && !fits(cell)) cell -= 1;
    const most = (space, length) => Math.max(1, Math.floor((space - room) / (cell * length + gap)));
    this.tiles = [Math.min(across, most(width, wide)), Math.min(down, most(height, high))];
    [rows, columns] = this.turned ? this.tiles : [this.tiles[1], this.tiles[0]];
    Object.assign(this, { rows, columns, high, wide, each, cell, gap, room });
    this.size = [this.tiles[0] * (cell * wide + gap) - gap, this.tiles[1] * (cell * high + gap) - gap];
    this.sharp = Math.max(1, Math.round(devicePixelRatio));
    this.canvas = html("canvas");
    const [w, h] = this.size.map((length) => length + room);
    Object.assign(this.canvas, { width: w * this.sharp, height: h * this.sharp });
    Object.assign(this.canvas.style, { width: `${w}px`, height: `${h}px` });
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", `${title || "Weights"} of ${content.layer}`);
    this.element = html("figure", "", ...(title ? [html("figcaption", "", title)] : []), this.canvas);
    const all = [content.shape[0], content.shape[1] ?? 1];
    const parts = [[rows, all[0], "output channels"], [columns, all[1], "inputs"]];
    this.cut = parts.filter(([some, every]) => some < every).map(([some, every, name]) => `the first ${some} of ${every} ${name}`).join(" and ");
    this.axes = this.turned ? "Output channels run to the right, inputs down." : "Output channels run down, inputs to the right.";
    this.order = this.cells();
  }

  // Of each cell shown, in order: its place in the matrix, and its left and upper edge.
  cells() {
    const found = [];
    for (let row = 0; row < this.rows; row++)
      for (let column = 0; column < this.columns; column++)
        for (let place = 0; place < this.each; place++) {
          const [tx, ty] = this.turned ? [row, column] : [column, row];
          const x = tx * (this.cell * this.wide + this.gap) + (place % this.wide) * this.cell;
          const y = ty * (this.cell * this.high + this.gap) + Math.floor(place / this.wide) * this.cell;
          found.push([row * this.content.shown[1] + column * this.each + place, x, y, tx, ty]);
        }
    return found;
  }

  // `gone` says of a cell whether it is a hole; `values` stand in for the weights where given.
  paint(gone, values = null) {
    const { sharp, cell, palette } = this;
    const context = this.canvas.getContext("2d");
    const image = context.createImageData(this.canvas.width, this.canvas.height);
    const pixels = new Uint32Array(image.data.buffer);
    const table = palette.table.map((colour) => packed(colour));
    const removed = packed(palette.removed, 34);
    const shown = values ?? this.weights.values;
    const across = new Array(this.tiles[0]).fill(0);
    const down = new Array(this.tiles[1]).fill(0);
    this.holes = 0;
    for (const [index, x, y, tx, ty] of this.order) {
      if (gone(index)) {
        across[tx] += 1;
        down[ty] += 1;
        this.holes += 1;
        if (!this.content.ranks) fill(pixels, image.width, sharp * x, sharp * y, sharp * cell, sharp * cell, removed);
        continue;
      }
      fill(pixels, image.width, sharp * x, sharp * y, sharp * cell, sharp * cell, table[shown[index] + 128]);
    }
    if (this.room && this.content.ranks && this.holes) this.bars(pixels, image.width, across, down);
    context.putImageData(image, 0, 0);
  }

  bars(pixels, width, across, down) {
    const { sharp, gap, palette } = this;
    const colour = packed(palette.bar);
    const step = [this.cell * this.wide + gap, this.cell * this.high + gap];
    const long = this.room - 6;
    const thick = (length) => Math.max(1, length - (length > 3 ? 1 : 0)) * sharp;
    across.forEach((count, place) => {
      const tall = Math.round((long * sharp * count) / (this.tiles[1] * this.each));
      fill(pixels, width, sharp * place * step[0], sharp * (this.size[1] + 6), thick(step[0]), tall, colour);
    });
    down.forEach((count, place) => {
      const wide = Math.round((long * sharp * count) / (this.tiles[0] * this.each));
      fill(pixels, width, sharp * (this.size[0] + 6), sharp * place * step[1], wide, thick(step[1]), colour);
    });
  }

  // The place in the matrix below the pointer; null between tiles and on bars.
  at({ offsetX, offsetY }) {
    const [stepX, stepY] = [this.cell * this.wide + this.gap, this.cell * this.high + this.gap];
    const [tx, ty] = [Math.floor(offsetX / stepX), Math.floor(offsetY / stepY)];
    const [x, y] = [Math.floor((offsetX % stepX) / this.cell), Math.floor((offsetY % stepY) / this.cell)];
    if (tx >= this.tiles[0] || ty >= this.tiles[1] || x >= this.wide || y >= this.high) return null;
    const [row, column] = this.turned ? [tx, ty] : [ty, tx];
    return row * this.content.shown[1] + column * this.each + y * this.wide + x;
  }
}

function packed([r, g, b], alpha = 255) {
  return ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

function fill(pixels, width, left, top, wide, high, colour) {
  for (let y = top; y < top + high; y++) pixels.fill(colour, y * width + left, y * width + left + wide);
}

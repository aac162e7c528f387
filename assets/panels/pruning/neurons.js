// A layer's output channels, the least important first: above what each is worth, below how much of it goes.

import { html, number, percent, picture, size, svg, text } from "../common/elements.js";

const [LEFT, RIGHT, UP, DOWN, GAP] = [54, 10, 74, 44, 18];

const SPREAD = 12; // times the median: larger maxima would flatten all others

export class Neurons {
  constructor(root, content, width) {
    this.content = content;
    const { importance } = content;
    this.order = importance.map((_, row) => row).sort((a, b) => importance[a] - importance[b] || a - b);
    const scale = new Scale(importance);
    const step = (width - LEFT - RIGHT) / importance.length;
    const wide = Math.max(0.5, Math.min(step - Math.min(2, 0.25 * step), 30));
    const below = 14 + UP + GAP;
    const height = below + DOWN + 22;
    this.bars = [];
    const columns = this.order.map((row, place) => {
      const x = LEFT + place * step + (step - wide) / 2;
      const tall = Math.max(1, UP * scale.share(importance[row]));
      const lost = svg("rect", { class: "insight-goes", x, y: below, width: wide, height: 0 });
      const title = svg("title");
      this.bars.push({ row, lost, title });
      const whole = svg("rect", { x: LEFT + place * step, y: 0, width: step, height, fill: "transparent" });
      return svg("g", {}, svg("rect", { class: "insight-stays", x, y: 14 + UP - tall, width: wide, height: tall }), lost, whole, title);
    });
    const last = this.order.length - 1;
    const name = (place) => LEFT + (place + 0.5) * step;
    const every = Math.max(1, Math.ceil(26 / step));
    const names = this.order.flatMap((row, place) =>
      place % every && place !== last ? [] : place !== last && last - place < every && place ? [] :
      [text(name(place), 14 + UP + 13, row, { "text-anchor": "middle", class: "insight-muted" })]);
    this.drawing = picture(
      width, height, "Output channels by importance",
      svg("path", { d: `M${LEFT},${14 + UP}H${width - RIGHT}M${LEFT},${below}H${width - RIGHT}`, class: "insight-grid" }),
      svg("path", { d: `M${LEFT},${below + DOWN}H${width - RIGHT}`, class: "insight-grid" }),
      text(LEFT - 6, 20, size(scale.high), { "text-anchor": "end" }), text(LEFT - 6, 14 + UP, size(scale.low), { "text-anchor": "end" }),
      text(LEFT - 6, below + 8, "0 %", { "text-anchor": "end" }), text(LEFT - 6, below + DOWN + 2, "100 %", { "text-anchor": "end" }),
      ...columns, ...names,
      text(LEFT, height - 4, "weights of it that go ↓", { class: "insight-muted" }),
    );
    this.room = DOWN;
    this.words = html("span");
    this.scale = `: the sum of each one’s scores${scale.isLog ? ", on a logarithmic scale" : ""}. `;
    const title = html("div", "insight-title", "Output channels, least important first", this.words);
    root.replaceChildren(title, this.drawing);
  }

  show(level) {
    const { gone, inputs, importance } = this.content;
    let empty = 0;
    for (const { row, lost, title } of this.bars) {
      const share = gone[level][row] / inputs;
      empty += share === 1;
      lost.setAttribute("height", (this.room * share).toFixed(1));
      title.textContent = `Channel ${row}: importance ${size(importance[row])}, ${percent(share)} of its ${number(inputs)} weights go`;
    }
    this.words.textContent = this.scale + (empty ? `${empty} ${empty === 1 ? "has" : "have"} no weights left.` : "");
  }
}

// From zero, or logarithmic where a few channels are worth many times as much as the others.
class Scale {
  constructor(values) {
    const ordered = values.filter((value) => value > 0).sort((a, b) => a - b);
    this.high = ordered[ordered.length - 1] ?? 1;
    this.isLog = this.high > SPREAD * (ordered[Math.floor(ordered.length / 2)] ?? 1);
    this.low = this.isLog ? ordered[0] / 1.5 : 0;
  }

  share(value) {
    if (!this.isLog) return value / this.high;
    return value > this.low ? Math.log(value / this.low) / Math.log(this.high / this.low) : 0;
  }
}

// An attack's strength under the user's hand: pictures as they are moved, what is said of them, and the curve of accuracy.

import { html, percent, picture, svg, text } from "../common/elements.js";
import { example, mark, slider, styled } from "./parts.js";

const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [40, 12, 10, 36, 200];
const WIDEST = 560;

export class AttackView {
  constructor(root) {
    styled();
    this.root = root;
    this.level = null;
  }

  draw(content, width) {
    this.content = content;
    this.level ??= content.levels.indexOf(content.begin);
    this.words = html("p", "insight-words");
    this.words.setAttribute("aria-live", "polite");
    this.slider = slider("Epsilon", content.levels.length - 1, this.level, (place) => this.move(place));
    this.cards = content.examples.map(() => html("figure", "rb-card"));
    this.root.replaceChildren(this.slider.element, this.words, this.chart(Math.min(WIDEST, width)), this.legend(), html("div", "rb-cards", ...this.cards));
    this.move(this.level);
  }

  show() {}

  move(place) {
    const { levels, curves, counted, examples, classes } = this.content;
    this.level = place;
    const epsilon = levels[place];
    this.slider.say(`ε = ${epsilon}`, `epsilon ${epsilon}`);
    this.words.replaceChildren(...sentence(epsilon, curves, place, counted));
    this.cut.setAttribute("transform", `translate(${this.x(epsilon)} 0)`);
    this.dots.forEach((dot, number) => dot.setAttribute("cy", this.y(curves[number].values[place].value)));
    examples.forEach((one, row) => {
      const now = one.levels[place];
      const right = now.said === one.label;
      this.cards[row].replaceChildren(
        example(now),
        html("figcaption", right ? "" : "rb-wrong", mark(right), ` ${classes[now.said] ?? "no class"}`),
        html("small", "", `${percent(now.sure)} sure`),
      );
      this.cards[row].title = `It is: ${classes[one.label]}`;
    });
    this.root.dataset.epsilon = epsilon;
  }

  chart(width) {
    const { levels, curves } = this.content;
    const base = HEIGHT - BOTTOM;
    const last = levels[levels.length - 1];
    this.x = (epsilon) => LEFT + ((width - LEFT - RIGHT) * epsilon) / last;
    this.y = (share) => base - (base - TOP) * share;
    const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      svg("path", { d: `M${LEFT},${this.y(share)}H${width - RIGHT}`, class: "insight-grid" }),
      text(LEFT - 6, this.y(share) + 4, percent(share), { "text-anchor": "end" }),
    ]);
    const ticks = [0, 0.02, 0.04, 0.06, 0.08, 0.1].filter((level) => level <= last)
      .map((level) => text(this.x(level), base + 15, String(level), { "text-anchor": "middle" }));
    const title = text((LEFT + width - RIGHT) / 2, HEIGHT - 4, "epsilon, of black to white", { "text-anchor": "middle", class: "insight-muted" });
    const lines = curves.map(({ values, look }) =>
      svg("path", { d: `M${levels.map((level, i) => `${this.x(level)},${this.y(values[i].value)}`).join("L")}`, class: `rb-line rb-${look}` }));
    const band = curves.filter(({ look }) => look === "this").map(({ values }) => {
      const up = levels.map((level, i) => `${this.x(level)},${this.y(values[i].high)}`);
      const down = levels.map((level, i) => `${this.x(level)},${this.y(values[i].low)}`).reverse();
      return svg("path", { d: `M${[...up, ...down].join("L")}Z`, class: "rb-band" });
    });
    this.dots = curves.map(({ look }) => svg("circle", { r: 4, class: `rb-dot rb-${look}` }));
    this.cut = svg("g", {}, svg("line", { y1: TOP, y2: base, class: "insight-cut" }), ...this.dots);
    return picture(width, HEIGHT, "Accuracy under attack by epsilon", ...grid, ...ticks, title, ...band, ...lines, this.cut);
  }

  legend() {
    const keys = this.content.curves.flatMap(({ name, look }) => [html("span", `rb-key rb-${look}`), html("span", "", name)]);
    return html("div", "insight-legend", ...keys);
  }
}

function sentence(epsilon, curves, place, counted) {
  const said = curves.map(({ name, values }, number) => [
    number ? (number === curves.length - 1 ? " and " : ", ") : "",
    html("b", "", `${percent(values[place].value)}`), ` (${name})`,
  ]);
  const start = epsilon ? `Where each pixel may move by ${percent(epsilon)} of black to white, ` : "Without an attack, ";
  return [start, ...said.flat(), ` of ${counted} test examples are answered right.`];
}

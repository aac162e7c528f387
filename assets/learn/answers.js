// The three ways to predict: draw a curve, move a slider, choose. Each can be locked, and shows the gap when revealed.

import { html, picture, svg, text } from "../panels/common/elements.js";
import { Curve } from "./curve.js";
import { view } from "./views.js";

export const answers = {
  curve: (asked) => new Curve(asked),
  slider: (asked) => new Slider(asked),
  choice: (asked) => new Choice(asked),
};

const shown = (value, unit) => `${Number(value.toFixed(Math.abs(value) < 10 ? 1 : 0))}${unit}`;

class Slider {
  hint = "Move the slider first, or press the arrow keys on it.";

  constructor(asked) {
    this.asked = asked;
    this.isReady = false;
    this.input = Object.assign(html("input", "lesson-range"), { type: "range", min: asked.low, max: asked.high, step: asked.step, value: asked.start });
    this.input.setAttribute("aria-label", asked.ask.replaceAll(/\[\[|\]\]/g, ""));
    this.number = html("output", "lesson-number", shown(asked.start, asked.unit));
    this.place = html("div", "lesson-truth");
    this.element = html("div", "lesson-slider", html("div", "lesson-slide", this.input, this.number), this.place);
    this.input.oninput = () => {
      this.number.textContent = shown(Number(this.input.value), asked.unit);
      this.input.setAttribute("aria-valuetext", this.number.textContent);
      this.isReady = true;
      this.onready(true);
    };
    this.onready = () => {};
  }

  guess() {
    return Number(this.input.value);
  }

  lock() {
    this.input.disabled = true;
  }

  // Both on one line, and what lies between them shaded.
  reveal(guess) {
    const { low, high, truth, unit, text: measured } = this.asked;
    const [left, width] = [26, Math.max(280, Math.min(640, this.element.clientWidth || 640))];
    const at = (value) => left + ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (width - 2 * left);
    const marks = [svg("line", { x1: left, x2: width - left, y1: 44, y2: 44, class: "lesson-axis" })];
    for (const end of [low, high]) marks.push(text(at(end), 68, shown(end, unit), { "text-anchor": "middle", class: "lesson-muted" }));
    if (guess !== null) {
      const [from, to] = [at(guess), at(truth)].sort((a, b) => a - b);
      marks.push(svg("rect", { x: from, width: Math.max(0, to - from), y: 32, height: 24, class: "lesson-shade" }));
      marks.push(svg("circle", { cx: at(guess), cy: 44, r: 8, class: "lesson-mine" }), text(at(guess), 88, "you", { "text-anchor": "middle", class: "lesson-you" }));
    }
    marks.push(svg("rect", { x: at(truth) - 8, y: 36, width: 16, height: 16, transform: `rotate(45 ${at(truth)} 44)`, class: "lesson-measured" }));
    marks.push(text(at(truth), 20, `measured ${measured}`, { "text-anchor": at(truth) < 90 ? "start" : at(truth) > width - 90 ? "end" : "middle", class: "lesson-strong" }));
    this.place.replaceChildren(picture(width, 94, `Measured: ${measured}${guess === null ? "" : `, you said ${shown(guess, unit)}`}`, ...marks));
    if (guess === null) return { guess: "skipped", measured, gap: `Measured: ${measured}.` };
    const off = Math.abs(guess - truth);
    const isClose = off <= (high - low) / 20;
    return { guess: shown(guess, unit), measured, gap: `${isClose ? "Close: you" : "You"} said ${shown(guess, unit)}, and ${measured} was measured.` };
  }

  picture() {
    return view(this.asked.picture);
  }
}

class Choice {
  hint = "Choose one first.";

  constructor(asked) {
    this.asked = asked;
    this.isReady = false;
    this.onready = () => {};
    this.rows = asked.options.map((option) => {
      const input = Object.assign(html("input"), { type: "radio", name: "lesson-option", value: option.id, onchange: () => this.chosen(option.id) });
      return { option, input, label: html("label", "lesson-option", input, html("span", "", option.text)) };
    });
    const group = html("div", "lesson-options", ...this.rows.map(({ label }) => label));
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-label", "Your guess");
    this.element = group;
  }

  chosen(id) {
    this.id = id;
    this.isReady = true;
    this.onready(true);
  }

  guess() {
    return this.id;
  }

  lock() {
    for (const { input } of this.rows) input.disabled = true;
  }

  reveal(guess) {
    const { right } = this.asked;
    const named = (id) => this.rows.find(({ option }) => option.id === id)?.option.text.replace(/\.$/, "") ?? "nothing";
    for (const { option, label } of this.rows) {
      if (option.id === right) label.append(html("b", "lesson-verdict", "✓ measured"));
      if (option.id === right) label.classList.add("lesson-right");
      else if (option.id === guess) label.classList.add("lesson-wrong");
    }
    if (guess === null) return { guess: "skipped", measured: named(right), gap: `Measured: ${named(right)}.` };
    const gap = guess === right ? `Yes: ${named(right)}.` : `You said: ${named(guess)}. Measured: ${named(right)}.`;
    return { guess: named(guess), measured: named(right), gap };
  }

  picture() {
    return view(this.asked.picture);
  }
}

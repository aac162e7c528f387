// Inputs of a bad sensor: one example of each kind at the severity of the user's slider, and each model's accuracy on all.

import { html, percent } from "../common/elements.js";
import { example, slider, styled } from "./parts.js";

const BEGIN = 3;

export class SensorView {
  constructor(root) {
    styled();
    this.root = root;
    this.level = BEGIN;
  }

  draw(content) {
    this.content = content;
    this.words = html("p", "insight-words");
    this.words.setAttribute("aria-live", "polite");
    this.slider = slider("Severity", content.severities.length - 1, this.level, (place) => this.move(place));
    this.rows = content.kinds.map(() => html("div", "rb-kind"));
    this.root.replaceChildren(this.slider.element, this.words, html("div", "rb-kinds", ...this.rows));
    this.move(this.level);
  }

  show() {}

  move(place) {
    const { kinds, models, counted } = this.content;
    this.level = place;
    this.slider.say(place ? `${place} of 5` : "none", place ? `severity ${place}` : "none");
    const means = models.map(({ name, of }) => [name, kinds.reduce((sum, kind) => sum + kind[of][place].value, 0) / kinds.length]);
    const said = means.flatMap(([name, mean], i) => [i ? (i === means.length - 1 ? " and " : ", ") : "", html("b", "", percent(mean)), ` (${name})`]);
    this.words.replaceChildren(place ? `At severity ${place}, ` : "With clean inputs, ", ...said, ` of ${counted.toLocaleString("en")} test examples are answered right, on average over the kinds.`);
    kinds.forEach((kind, row) => {
      const bars = models.map(({ name, of, look }) => {
        const share = kind[of][place].value;
        const fill = html("i", `rb-fill rb-${look}`);
        fill.style.width = `${100 * share}%`;
        return html("div", "rb-bar", html("span", "", name), html("span", "rb-track", fill), html("span", "rb-share", percent(share)));
      });
      this.rows[row].replaceChildren(example(kind.drawn[place]), html("div", "rb-bars", html("b", "", kind.name), ...bars));
    });
    this.root.dataset.severity = place;
  }
}

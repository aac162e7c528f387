// Examples whose answer flipped, the most surprising first: what each is, and what both models said of it.

import { html, percent } from "../common/elements.js";
import { example, mark, styled } from "../robustness/parts.js";

export class FlipsView {
  constructor(root) {
    styled();
    this.root = root;
  }

  draw({ flips, classes, names }) {
    const answer = (name, { said, sure }, label) =>
      html("p", said === label ? "" : "rb-wrong", html("small", "", `${name} `), mark(said === label), ` ${classes[said]} `, html("small", "", percent(sure)));
    const cards = flips.map((one) =>
      html(
        "div", "rb-flip",
        example(one),
        html("div", "", html("p", "", html("small", "", "It is "), classes[one.label]), answer(names[0], one.before, one.label), answer(names[1], one.after, one.label)),
      ));
    this.root.replaceChildren(html("div", "rb-flips", ...cards));
    this.root.dataset.flips = flips.length;
  }

  show() {}
}

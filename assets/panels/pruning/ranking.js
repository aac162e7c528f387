// Which weights go: the share of each layer, a layer's sorted scores with the cut, and its output channels.

import { Curve } from "./curve.js";
import { html, named, number, percent, say, size } from "../common/elements.js";
import { Neurons } from "./neurons.js";

const SIDE_BY_SIDE = 640; // px of the component's own width

export class RankingView {
  constructor(root, place) {
    this.place = place;
    this.words = html("p", "insight-words");
    this.words.setAttribute("aria-live", "polite");
    this.layers = html("div", "insight-layers");
    this.right = html("div", "insight-curve");
    this.below = html("div", "insight-neurons");
    root.append(this.words, html("div", "insight-columns", this.layers, this.right), this.below);
  }

  draw(content, width) {
    const wide = width >= SIDE_BY_SIDE;
    this.layers.parentElement.classList.toggle("insight-stacked", !wide);
    this.rows = content.layers.map((layer) => this.row(layer, layer.name === content.layer));
    this.layers.replaceChildren(legend(), ...this.rows.map((row) => row.element));
    const space = wide ? Math.floor(0.58 * width) - 12 : width;
    const height = wide ? Math.max(230, Math.min(330, 26 * content.layers.length + 30)) : 230;
    this.curve = new Curve(this.right, content, space, height);
    this.neurons = new Neurons(this.below, content, width);
  }

  row(layer, chosen) {
    const kept = html("i");
    const share = html("span", "insight-share");
    const element = html("button", "insight-layer", html("span", "insight-name", named(layer)), html("span", "insight-bar", kept), share);
    element.type = "button";
    element.title = `${named(layer)}: ${number(layer.values)} weights`;
    element.setAttribute("aria-pressed", chosen);
    element.onclick = () => this.place.tell("layer", layer.name);
    return { element, kept, share, layer };
  }

  show(content, level) {
    for (const { element, kept, share, layer } of this.rows) {
      const gone = layer.gone[level] / layer.values;
      kept.style.left = `${100 * gone}%`;
      share.textContent = percent(gone);
      element.setAttribute("aria-label", `${named(layer)}: ${percent(gone)} of ${number(layer.values)} weights go`);
    }
    this.curve.show(level);
    this.neurons.show(level);
    say(this.words, sentence(content, level));
  }
}

function sentence(content, level) {
  const total = sum(content.layers.map((layer) => layer.values));
  const gone = sum(content.layers.map((layer) => layer.gone[level]));
  const chosen = content.layers.find((layer) => layer.name === content.layer);
  const mine = chosen.gone[level];
  const all = `*${number(gone)} of ${number(total)} weights go*`;
  if (!mine) return `${all}, none of them in ${named(chosen)}.`;
  const here = `of ${named(chosen)} ${number(mine)} of ${number(chosen.values)}`;
  if (!content.kept_from.length) {
    return `${all}; ${here}: of each few neighbouring input channels those with the lowest scores, so that no single line divides them.`;
  }
  return `${all}; ${here}: those with a score below *${size(content.kept_from[level])}*.`;
}

function legend() {
  return html("div", "insight-legend", html("span", "insight-sign insight-goes"), "goes", html("span", "insight-sign insight-stays"), "stays");
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

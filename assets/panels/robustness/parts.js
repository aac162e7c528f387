// What the two views of robustness share: a slider of steps, an example, and a sign of right and wrong.

import { html, style, svg } from "../common/elements.js";

let sheet = null;

// The style sheet, once a page.
export function styled() {
  sheet ??= style(new URL("./robustness.css", import.meta.url));
}

export function slider(name, last, at, moved) {
  const input = Object.assign(document.createElement("input"), { type: "range", min: 0, max: last, step: 1, value: at });
  input.setAttribute("aria-label", name);
  const said = html("b", "", "");
  input.oninput = () => moved(Number(input.value));
  return {
    element: html("label", "rb-slider", html("span", "", name), input, said),
    say(shown, spoken) {
      said.textContent = shown;
      input.setAttribute("aria-valuetext", spoken);
    },
  };
}

// An image, or the lines of a signal.
export function example(one) {
  if (one.image) return Object.assign(document.createElement("img"), { src: one.image, alt: "", className: "rb-image" });
  const flat = one.lines.flat();
  const [low, high] = [Math.min(...flat), Math.max(...flat)];
  const path = (line) => line.map((v, i) => `${i ? "L" : "M"}${((100 * i) / (line.length - 1)).toFixed(1)},${(38 - (36 * (v - low)) / (high - low || 1)).toFixed(1)}`).join("");
  const lines = one.lines.map((line, i) => svg("path", { d: path(line), class: `rb-signal rb-signal-${i % 3}` }));
  return svg("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", class: "rb-lines", "aria-hidden": "true" }, ...lines);
}

export function mark(right) {
  return html("i", "rb-mark", right ? "✓" : "✗");
}

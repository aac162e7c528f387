// Pictures of a lesson: panels that stay, moved from frame to frame. `view` gives an element with `show(frame)`.

import { html } from "../panels/common/elements.js";
import { line, plane } from "./drawn.js";

const views = { bars, blocks, line, pictures, plane };

export function view({ panels, frames }) {
  const made = panels.map((panel) => views[panel.view](panel));
  const root = html("div", "lesson-panels", ...made.map(({ element }, at) => html("figure", "lesson-panel", html("figcaption", "", panels[at].title), element)));
  // What has nothing to show yet keeps its place.
  root.show = (show) => made.forEach((each, at) => {
    root.children[at].style.visibility = show[at] ? "" : "hidden";
    if (show[at]) each.show(show[at]);
  });
  root.show(frames[0].show);
  return root;
}

// Bars from 0 to `top`; of several seeds each as a dot; a limit as a line. A scale that begins elsewhere has no bars.
function bars({ labels, top, low = 0, ends = null, ghost = null, limit = null, limits = null, upright = false }) {
  const share = (value) => `${Math.min(100, (100 * Math.max(0, value - low)) / (top - low || 1))}%`;
  const rows = labels.map((label, at) => {
    const bar = html("i", "lesson-fill");
    const track = html("span", "lesson-track", bar);
    if (ghost) track.append(placed(html("u", "lesson-ghost"), share(ghost[at]), upright));
    if (limit !== null) track.append(placed(html("u", "lesson-limit"), share(limit), upright));
    const number = html("span", "lesson-figure");
    const of = limits ? ` (limit ${limits[at]})` : "";
    return { bar, track, number, row: html("div", "lesson-row", html("span", "lesson-label", `${label}${of}`), track, number) };
  });
  const scale = ends ? [html("div", "lesson-row lesson-scale", html("span"), html("span", "lesson-ends", ...ends.map((end) => html("span", "", end))), html("span"))] : [];
  const element = html("div", `lesson-bars ${upright ? "lesson-upright" : ""} ${ends ? "lesson-dots" : ""}`, ...rows.map(({ row }) => row), ...scale);
  const show = ({ values, texts, states, dots = [] }) =>
    rows.forEach(({ bar, track, number, row }, at) => {
      bar.style[upright ? "height" : "width"] = share(values[at]);
      number.textContent = texts[at];
      row.dataset.state = states[at];
      track.querySelectorAll(".lesson-seed").forEach((dot) => dot.remove());
      for (const value of dots[at] ?? []) track.append(placed(html("b", "lesson-seed"), share(value), upright));
    });
  return { element, show };
}

function placed(mark, share, upright) {
  mark.style[upright ? "bottom" : "left"] = share;
  return mark;
}

// The layers as a row, and where it is cut.
function blocks({ labels, values }) {
  const total = values.reduce((a, b) => a + b, 0);
  const parts = values.map((value, at) => {
    const part = html("span", "lesson-block", html("span", "", labels[at]));
    part.style.flexGrow = Math.max(0.02, value / total);
    part.title = labels[at];
    return part;
  });
  const element = html("div", "lesson-blocks", ...parts);
  element.setAttribute("aria-hidden", "true"); // the words beside it say the same
  return { element, show: ({ cut }) => parts.forEach((part, at) => {
    part.dataset.device = at < cut ? 1 : 2;
    part.classList.toggle("lesson-cut", at === cut);
  }) };
}

// Test pictures with what is said of each.
function pictures({ images = null, side = 28, large = false }) {
  const element = html("div", `lesson-pictures ${large ? "lesson-large" : ""}`);
  const show = ({ items }) => {
    while (element.childElementCount > items.length) element.lastChild.remove();
    items.forEach((item, at) => {
      const card = element.children[at] ?? element.appendChild(html("div", "lesson-card", images ? pixels(images[at], side) : html("img"), html("span", "")));
      if (item.image) Object.assign(card.firstChild, { src: item.image, alt: item.label ?? "" });
      card.dataset.state = item.state;
      card.lastChild.textContent = `${{ right: "✓ ", wrong: "✗ ", flipped: "↯ " }[item.state] ?? ""}${item.caption}`;
      card.title = item.label ? `It is: ${item.label}` : "";
    });
  };
  return { element, show };
}

function pixels(coded, side) {
  const canvas = Object.assign(html("canvas"), { width: side, height: side });
  canvas.setAttribute("aria-hidden", "true");
  const image = new ImageData(side, side);
  [...atob(coded)].forEach((char, at) => image.data.set([char.charCodeAt(0), char.charCodeAt(0), char.charCodeAt(0), 255], 4 * at));
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}



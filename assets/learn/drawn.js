// Two pictures in SVG: values on a number line, a row each, and dots of quality over a cost.

import { picture, svg, text } from "../panels/common/elements.js";

const WIDTH = Math.min(600, Math.max(300, document.documentElement.clientWidth - 40)); // phones: letters keep their size
const ROW = 24;

// Where each value stands; where it stood first stays as a ghost.
export function line({ levels, start, low, high, names = null }) {
  const left = names ? 76 : 12;
  const x = (value) => left + ((value - low) / (high - low)) * (WIDTH - left - 12);
  const height = 26 + ROW * start.length;
  const y = (at) => 30 + ROW * at;
  const marks = levels.flatMap((level) => [
    svg("line", { x1: x(level), x2: x(level), y1: 18, y2: height - 6, class: "lesson-level" }),
    text(x(level), 12, written(level), { "text-anchor": "middle", class: "lesson-muted" }),
  ]);
  if (!levels.length) marks.push(text(left, 12, written(low)), text(WIDTH - 12, 12, written(high), { "text-anchor": "end" }));
  const rows = start.map((value, at) => {
    const way = svg("line", { y1: y(at), y2: y(at), x1: x(value), class: "lesson-way" });
    const ghost = svg("circle", { cx: x(value), cy: y(at), r: 4, class: "lesson-was" });
    const dot = svg("circle", { cy: y(at), r: 6, class: "lesson-dot" });
    marks.push(way, ghost, dot);
    if (names) marks.push(text(0, y(at) + 4, names[at]));
    return { way, dot };
  });
  const element = picture(WIDTH, height, "Values on a number line; the words beside it tell each step", ...marks);
  const show = ({ x: values, done, active }) =>
    rows.forEach(({ way, dot }, at) => {
      dot.style.transform = `translateX(${x(values[at])}px)`;
      way.setAttribute("x2", x(values[at]));
      dot.dataset.state = at === active ? "active" : done.includes(at) ? "done" : "free";
    });
  return { element, show };
}

// Dots on a log axis of cost; states come with each frame.
export function plane({ dots, x: cost, y: quality, ends }) {
  const [left, top, bottom, height] = [46, 22, 40, 300];
  const costs = dots.map((dot) => Math.log(dot.x));
  const [least, most] = [Math.min(...costs), Math.max(...costs)];
  const qualities = dots.map((dot) => dot.y);
  const [worst, best] = [Math.min(...qualities), Math.max(...qualities)];
  const x = (dot) => left + 14 + ((Math.log(dot.x) - least) / (most - least || 1)) * (WIDTH - left - 34);
  const y = (value) => height - bottom - 10 - ((value - worst) / (best - worst || 1)) * (height - bottom - top - 20);
  const frame = [
    svg("line", { x1: left, x2: WIDTH, y1: height - bottom, y2: height - bottom, class: "lesson-axis" }),
    svg("line", { x1: left, x2: left, y1: top, y2: height - bottom, class: "lesson-axis" }),
    text(left, 12, `${quality} ↑`, { class: "lesson-muted" }),
    ...[worst, best].map((value) => text(left - 4, y(value) + 4, `${(100 * value).toFixed(0)} %`, { "text-anchor": "end", class: "lesson-muted" })),
    text(left + 14, height - bottom + 16, ends[0], { class: "lesson-muted" }),
    text(WIDTH - 4, height - bottom + 16, ends[1], { "text-anchor": "end", class: "lesson-muted" }),
    text((left + WIDTH) / 2, height - 6, `← ${cost}`, { "text-anchor": "middle", class: "lesson-muted" }),
  ];
  const made = dots.map((dot) => {
    const mark = svg("circle", { cx: x(dot), cy: y(dot.y), r: 6, class: "lesson-spot" });
    mark.append(svg("title", {}, dot.text));
    return mark;
  });
  const element = picture(WIDTH, height, `${quality} over ${cost.toLowerCase()} of ${dots.length} measured networks`, ...frame, ...made);
  const show = ({ states, active = null }) => made.forEach((mark, at) => {
    mark.dataset.state = states[at];
    mark.classList.toggle("lesson-now", at === active || states[at] === "active");
  });
  return { element, show };
}

const written = (value) => value.toFixed(2).replace("-", "−");

// The guesses of a class: curves as a bundle, numbers as dots in piles, choices as bars. No measured value is in it.

import { html, picture, svg, text } from "../panels/common/elements.js";

const [WIDTH, HEIGHT] = [520, 170];

export function distribution(asked, guesses) {
  return { curve: bundle, slider: piles, choice: votes }[asked.kind](asked, guesses);
}

function bundle({ ticks, low, high }, guesses) {
  const x = (at) => 30 + (at * (WIDTH - 60)) / Math.max(1, ticks.length - 1);
  const y = (value) => HEIGHT - 26 - ((value - low) / (high - low)) * (HEIGHT - 40);
  const lines = guesses.map((guess) => svg("path", { d: guess.map((value, at) => `${at ? "L" : "M"}${x(at)},${y(value)}`).join(""), class: "lesson-theirs" }));
  const marks = ticks.map((tick, at) => text(x(at), HEIGHT - 8, tick, { "text-anchor": "middle" }));
  return picture(WIDTH, HEIGHT, `${guesses.length} guessed curves`, ...lines, ...marks);
}

function piles({ low, high, step, unit }, guesses) {
  const bins = 40;
  const width = Math.max(step, (high - low) / bins);
  const heights = {};
  const dots = guesses.map((guess) => {
    const bin = Math.round((guess - low) / width);
    heights[bin] = (heights[bin] ?? 0) + 1;
    return svg("circle", { cx: 20 + ((bin * width) / (high - low)) * (WIDTH - 40), cy: HEIGHT - 30 - 9 * (heights[bin] - 1), r: 4, class: "lesson-theirs-dot" });
  });
  const ends = [text(20, HEIGHT - 8, `${low}${unit}`), text(WIDTH - 20, HEIGHT - 8, `${high}${unit}`, { "text-anchor": "end" })];
  return picture(WIDTH, HEIGHT, `${guesses.length} guessed numbers`, ...dots, ...ends);
}

function votes({ options }, guesses) {
  const rows = options.map((option) => {
    const count = guesses.filter((guess) => guess === option.id).length;
    const bar = html("i", "lesson-fill");
    bar.style.width = `${(100 * count) / Math.max(1, guesses.length)}%`;
    return html("div", "lesson-row", html("span", "lesson-label", option.text), html("span", "lesson-track", bar), html("span", "lesson-figure", String(count)));
  });
  return html("div", "lesson-bars", ...rows);
}

// Which values an axis names: round ones, as many as their texts leave room for. Plotly's own collide on narrow axes.

import { signed, stretched, unstretched } from "./lost.js";

const GAP = 8; // px between two texts
const LETTER = 6.3; // px of a digit at the axes' 11 px
const LINE = 18; // px from one text to the next on an upright axis
const ENOUGH = 3; // ticks that make an axis readable
const LOST = [0, -1, -3, -10, -30, -0.3, 1, 0.3, 3, 10, 30, -100, 100];

// {values, texts} of one axis: `range` in the axis' own terms (logarithms on a log axis), `length` in px.
export function ticks({ scale, range, length, upright = false }) {
  const [low, high] = [Math.min(...range), Math.max(...range)];
  const pixel = (place) => ((place - low) / (high - low)) * length;
  const taken = [];
  const room = Math.max(3, Math.floor(length / (upright ? 45 : 70)));
  for (const level of levels(scale, low, high, room)) {
    for (const { value, place, text } of level) {
      if (place < low - 1e-9 || place > high + 1e-9) continue;
      const half = upright ? (LINE - GAP) / 2 : (text.length * LETTER) / 2;
      const at = pixel(place);
      if (!upright && (at - half < -GAP - 6 || at + half > length + GAP + 4)) continue; // would leave the plot
      if (taken.every((other) => Math.abs(other.at - at) >= half + other.half + GAP)) taken.push({ at, half, value, text });
    }
    if (taken.length >= ENOUGH) break;
  }
  taken.sort((a, b) => a.at - b.at);
  return { values: taken.map(({ value }) => value), texts: taken.map(({ text }) => text) };
}

// Candidates, the roundest first.
function* levels(scale, low, high, room) {
  if (scale === "log") {
    const decades = span(Math.floor(low) - 1, Math.ceil(high));
    for (const steps of [[1], [2, 5], [3, 4, 6, 8], [1.5, 7, 9]]) {
      yield decades.flatMap((power) => steps.map((step) => logTick(step, power)));
    }
    yield evenly(10 ** low, 10 ** high, room).map((value) => ({ value, place: Math.log10(value), text: plain(value) }));
  } else if (scale === "lost") {
    yield LOST.map((points) => lostTick(points));
    for (const size of [room, 2 * room]) {
      yield evenly(unstretched(low), unstretched(high), size).map((points) => lostTick(points));
    }
  } else {
    for (const size of [room, 2 * room]) yield evenly(low, high, size).map((value) => ({ value, place: value, text: plain(value) }));
  }
}

function logTick(step, power) {
  const value = Number(`${step}e${power}`);
  return { value, place: Math.log10(value), text: plain(value) };
}

function lostTick(points) {
  const place = stretched(points);
  const size = Math.abs(points);
  const digits = Number.isInteger(points) ? 0 : Math.min(6, Math.max(1, (String(Number(size.toPrecision(3))).split(".")[1] ?? "").length));
  return { value: place, place, text: points === 0 ? "original" : signed(points, digits) };
}

// At most about `count` round numbers from low to high.
function evenly(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((size) => size * power >= rough * 0.999) ?? 10);
  if (!(step > 0) || !Number.isFinite(step)) return [];
  return span(Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)).map((times) => Number((times * step).toPrecision(12)));
}

const span = (first, last) => Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);

// 1,000 and 0.05, never 1e-7 as 0.
const plain = (value) => {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential().replace("e+", "e");
  return value.toLocaleString("en", { maximumFractionDigits: 6 });
};

// Points lost against the original, on an axis that is stretched near it: 0 to 3 points take half of the height that 30
// take. No other file knows how.

import { digits } from "./format.js";

const LINEAR = 0.5; // points, about the 95 % interval of 10,000 examples: differences below are mostly chance

export const DEEPEST = -32; // points; what lost more is of little use, and is shown when all is asked for
export const LEAST = [-1, 0.1]; // points that are in view even if all models are closer to the original

export const stretched = (points) => Math.asinh(points / LINEAR);
export const unstretched = (place) => LINEAR * Math.sinh(place);

// Whether the metric can be read as points of a percentage, of which more are better.
export const inPoints = (metric) => metric?.style === "percent" && metric.better === "higher";

// The original's own value of a metric, null while it has not been measured.
export function valueOfOriginal(background, name) {
  const row = background.techniques.indexOf("original");
  return row < 0 ? null : (background.values[name]?.[row] ?? null);
}

// Of one point, points lost against the original, and half of their interval as compression/point/difference.py works it
// out, 0 where there is none; null where one of the two was not measured.
export function lostBy(background, name, row) {
  const original = background.techniques.indexOf("original");
  const [value, low, high] = measured(background, name, row);
  const [before, lowBefore, highBefore] = measured(background, name, original);
  if (value === null || before === null) return null;
  const [down, up] = [[value - low, highBefore - before], [high - value, before - lowBefore]];
  const known = ![low, high, lowBefore, highBefore].includes(null);
  return { points: 100 * (value - before), spread: known ? 50 * (Math.hypot(...down) + Math.hypot(...up)) : 0 };
}

const measured = (background, name, row) => ["values", "low", "high"].map((part) => background[part][name]?.[row] ?? null);

// "−0.9", "+0.2", "±0": points as they are written beside a mark, to `places` decimals or as far as their interval goes.
export function signed(points, places = 1, spread = 0) {
  const text = digits(Math.abs(points), spread, places);
  return Number(text) === 0 ? "\u00b10" : `${points < 0 ? "\u2212" : "+"}${text}`;
}

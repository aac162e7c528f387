// A point in a sentence, against the original: a number only where the intervals leave no difference out.

import { inPoints, lostBy, signed } from "../plots/lost.js";
import { escaped } from "../plots/signs.js";

export function sentence({ told, at }, metrics) {
  if (at < 0) return "";
  if (told.techniques[at] === "original") return `<b>The original</b>: what all others are compared with.`;
  const size = ratio(told, "size_bytes", at);
  const parts = [size === null ? "" : `${times(size)} ${size >= 1 ? "smaller" : "larger"}`, quality(told, metrics[told.quality], at), speed(told, at)];
  return `<b>${escaped(told.labels[at])}</b>: ${escaped(parts.filter(Boolean).join(", "))}.`;
}

// The change of one figure against the original, for a table.
export function change(told, metrics, metric, row) {
  if (row === 0) return "";
  if (inPoints(metrics[metric])) {
    const lost = lostBy(told, metric, row);
    return lost === null ? "" : `${signed(lost.points, 1, lost.spread)} points`;
  }
  const saved = ratio(told, metric, row);
  if (saved === null) return "";
  return Math.abs(saved - 1) < 0.005 ? "the same" : saved > 1 ? `1/${times(saved).slice(0, -1)}` : times(saved);
}

// Two digits, as the app has them: 31x, 1.4x.
const times = (ratio) => `${Number((ratio < 1 ? 1 / ratio : ratio).toPrecision(2))}x`;

function ratio(told, metric, row) {
  const [before, now] = [told.values[metric]?.[0] ?? null, told.values[metric]?.[row] ?? null];
  return before && now ? before / now : null;
}

function quality(told, metric, row) {
  const lost = inPoints(metric) ? lostBy(told, told.quality, row) : null;
  if (!lost) return "";
  if (Math.abs(lost.points) <= lost.spread) return `no difference in ${metric.label.toLowerCase()} that the test examples can show`;
  return `${signed(Math.abs(lost.points), 1, lost.spread).slice(1)} points ${lost.points < 0 ? "lower" : "higher"}`;
}

function speed(told, row) {
  const [value, low, high] = ["values", "low", "high"].map((part) => told[part].speedup?.[row] ?? null);
  if (value === null || low === null || high === null || high > 1.25 * low) return "";
  if ((low <= 1 && high >= 1) || Math.abs(value - 1) < 0.05) return "about as fast";
  return `${times(value)} ${value > 1 ? "faster" : "slower"}`;
}

// The front's knees, where the next saving costs much more than the last one: "23x, \u22120.9" beside their points.

import { lostBy, signed } from "./lost.js";
import { places, take, widthOf, within } from "./labels.js";
import { escaped } from "./signs.js";

const NEAR = [0, 8, 16]; // px: farther off, nobody would know whose text it is

// Texts of one panel, each a point's row: times cheaper (or faster) than the original, and points lost.
export function kneesOf({ x, y }, background) {
  const rows = background.knees?.[x.axis.metric] ?? [];
  const original = background.techniques.indexOf("original");
  const [costs, quality] = [background.values[x.axis.metric], y.axis.metric];
  if (original < 0 || !costs || !background.values[quality]) return [];
  return rows.map((row) => {
    const ratio = x.metric.better === "higher" ? costs[row] / costs[original] : costs[original] / costs[row];
    const { points, spread } = lostBy(background, quality, row);
    return { row, text: `${times(ratio)}, ${signed(points, 1, spread)}` };
  });
}

// Where each could stand, on the free side of the front and on no point; found once for each stand of the axes.
function candidates({ area, lab, points, knees, x }) {
  const higher = x.metric?.better === "higher";
  const sides = higher ? ["aboveRight", "right", "above"] : ["aboveLeft", "left", "above"];
  return knees.map(({ row, text }) => {
    const at = [points.x[row], points.y[row]];
    const wide = widthOf(text, lab.theme);
    return within(at, area) ? places(at, wide, { area, gap: 6, far: NEAR, sides, xs: points.x, ys: points.y }) : [];
  });
}

// Those that find a place among what else is written.
export function drawKnees(panel, taken) {
  const { points } = panel;
  points.knees ??= candidates(panel);
  const texts = panel.knees.map(({ text }, i) => {
    const box = take(points.knees[i], taken);
    return box ? `<text class="lab-name" x="${box.x.toFixed(1)}" y="${(box.y + 11).toFixed(1)}">${escaped(text)}</text>` : "";
  });
  return texts.join("");
}

const times = (ratio) => `${ratio >= 9.95 ? ratio.toFixed(0) : ratio.toFixed(1)}x`;

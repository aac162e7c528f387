// What was decided, over the points: the one to take, and those that can't be told from it.

import { placed, within } from "./labels.js";
import { widthOf } from "./labels.js";

const WORDS = "take this";

// A double ring with its words, drawn where no ring of a knob is.
export function drawChoice(panel, taken) {
  const { lab, area } = panel;
  const row = lab.rows?.get(lab.data.decided?.choice);
  if (row === undefined) return "";
  const at = [panel.points.x[row], panel.points.y[row]];
  if (!within(at, area)) return "";
  const [x, y] = at.map((each) => each.toFixed(1));
  const wide = widthOf(WORDS, lab.theme, true);
  const box = panel.index ? null : placed(at, wide, { area, taken, gap: 13, points: panel.points });
  const words = box ? `<text class="lab-name lab-strong" x="${box.x.toFixed(1)}" y="${(box.y + 11).toFixed(1)}">${WORDS}</text>` : "";
  return `<g class="lab-choice"><circle class="lab-halo" cx="${x}" cy="${y}" r="9"/><circle cx="${x}" cy="${y}" r="9"/></g>${words}`;
}

// Thin rings on the canvas, which may be thousands.
export function drawTies(panel, paint) {
  const { lab, area } = panel;
  const ties = lab.data.decided?.ties ?? [];
  if (!ties.length) return;
  const { x, y } = panel.points;
  paint.strokeStyle = lab.theme.text;
  paint.lineWidth = 1;
  paint.setLineDash([2, 1.5]);
  paint.beginPath();
  for (const key of ties) {
    const row = lab.rows.get(key);
    if (row === undefined || !within([x[row], y[row]], area)) continue;
    paint.moveTo(x[row] + 6.5, y[row]);
    paint.arc(x[row], y[row], 6.5, 0, 2 * Math.PI);
  }
  paint.stroke();
  paint.setLineDash([]);
}

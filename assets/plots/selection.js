// Selected points, drawn in full over the dimmed background: quicker than restyling Plotly's points.

import { drawTies } from "./decided.js";
import { colorOf, shape } from "./signs.js";

const sprites = new Map();

export function drawSelection(panel) {
  const { lab, canvas, area, size } = panel;
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  paint.setTransform(1, 0, 0, 1, 0, 0);
  paint.clearRect(0, 0, width, height);
  paint.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawTies(panel, paint);
  if (!lab.selected.size) return;
  const { x, y } = panel.points;
  for (const key of lab.selected) {
    const row = lab.rows.get(key);
    if (row === undefined || !within(x[row], y[row], area)) continue;
    const picture = sprite(lab, row, ratio);
    paint.drawImage(picture, x[row] - 8, y[row] - 8, 16, 16);
  }
}

const within = (x, y, { left, top, width, height }) =>
  x >= left && x <= left + width && y >= top && y <= top + height;

// One small picture per sign, drawn once and copied to each of its points.
function sprite({ background, theme, scales }, row, ratio) {
  const refused = background.keys[row] in background.refused;
  const technique = refused ? "refused" : background.techniques[row];
  const hollow = Boolean(background.bundled[row]) || refused;
  const radius = background.keys.length >= 1000 ? 3 : 4;
  const painted = refused ? undefined : scales?.colour?.colour(row, theme.dark);
  const name = `${technique} ${hollow} ${radius} ${theme.dark} ${ratio} ${painted}`;
  if (!sprites.has(name)) {
    const sign = background.signs[technique] ?? background.signs.chain;
    const canvas = Object.assign(document.createElement("canvas"), { width: 16 * ratio, height: 16 * ratio });
    const paint = canvas.getContext("2d", { willReadFrequently: true });
    paint.scale(ratio, ratio);
    paint.translate(8, 8);
    const path = new Path2D(shape(sign.symbol, radius));
    paint.strokeStyle = paint.fillStyle = painted ?? colorOf(sign, theme.dark);
    paint.lineWidth = 1.5;
    if (!hollow) paint.fill(path);
    paint.stroke(path);
    sprites.set(name, canvas);
  }
  return sprites.get(name);
}

// Pinned points as numbered flags, in the order in which they were pinned.

import { within } from "./labels.js";

const POLE = 17;
const [WIDE, HIGH] = [13, 11];

export function drawPins(panel, places) {
  return places.map((place, i) => (place && within(place, panel.area, 1) ? flag(place, i + 1) : "")).join("");
}

// What labels should leave free.
export function flagBoxes(places) {
  return places.filter(Boolean).map(([left, top]) => ({ x: left - 1, y: top - POLE, wide: WIDE + 2, high: POLE }));
}

function flag([left, top], number) {
  const [x, y] = [left.toFixed(1), (top - POLE).toFixed(1)];
  return `<g class="lab-pin"><path d="M${left.toFixed(1)},${top.toFixed(1)}V${y}"/><rect x="${x}" y="${y}" width="${WIDE}" height="${HIGH}" rx="1.5"/>
    <text x="${(left + WIDE / 2).toFixed(1)}" y="${(top - POLE + HIGH - 2).toFixed(1)}" text-anchor="middle">${number}</text></g>`;
}

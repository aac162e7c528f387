// The overlay of one panel: best corner, names of the original and of the front's knees, trail, and the current point
// with its bars.

import { drawChoice } from "./decided.js";
import { drawKnees } from "./knees.js";
import { fitting, placed, widthOf } from "./labels.js";
import { drawPins, flagBoxes } from "./pins.js";
import { colorOf, escaped, shape } from "./signs.js";

const RING = 11;
const LONGEST = 0.7; // of the plot's width, for a label

export function drawMarks(panel) {
  const { lab, area, index } = panel;
  const { data, shown, background } = lab;
  const here = shown && at(panel, shown);
  const places = [...data.trail.map((mark) => at(panel, mark)), here].filter(Boolean);
  const taken = [bestBox(panel), hiddenBox(panel)];
  if (here) taken.push(around(here, RING + 1));
  const row = background.techniques.indexOf("original");
  const original = row >= 0 && background.keys[row] !== shown?.key && originalAt(panel, row);
  if (original) taken.push(around(original, 7));
  const pins = data.pins.map((mark) => at(panel, mark));
  taken.push(...flagBoxes(pins));
  write(panel.marks, [
    `<clipPath id="lab-clip-${index}"><rect x="${area.left}" y="${area.top - 6}" width="${area.width + 6}" height="${area.height + 6}"/></clipPath>`,
    corner(panel),
    clipped(index, trail(here && !data.before ? places : [])),
    clipped(index, here && data.before ? arrow(at(panel, data.before), here) : ""),
    clipped(index, here ? bars(panel, shown, here) : ""),
    clipped(index, here ? ring(panel, shown, here) : ""),
    drawPins(panel, pins),
    drawChoice(panel, taken),
    here ? label(panel, here, shown.label, { strong: true, taken }) : "",
    original ? label(panel, original, "original", { taken }) : "",
    drawKnees(panel, taken),
    hidden(panel),
    here || panel.x.known ? "" : empty(panel, data.empty),
  ]);
}

// Each part in a group of its own: what stays as it is costs the browser neither style nor layout nor paint.
function write(svg, parts) {
  svg.written ??= [];
  parts.forEach((part, i) => {
    if (svg.written[i] === part) return;
    svg.written[i] = part;
    (svg.children[i] ?? svg.appendChild(document.createElementNS(svg.namespaceURI, "g"))).innerHTML = part;
  });
}

const clipped = (index, drawn) => (drawn ? `<g clip-path="url(#lab-clip-${index})">${drawn}</g>` : "");

const around = ([x, y], radius) => ({ x: x - radius, y: y - radius, wide: 2 * radius, high: 2 * radius });

// Where a mark lies in the panel, null where one of its figures is missing.
export function at(panel, mark) {
  const values = [panel.x, panel.y].map(({ axis, scale, place }) => {
    const value = mark.figures[axis.metric]?.[0] ?? null;
    return value === null || (scale === "log" && value <= 0) ? null : place(value);
  });
  return values.includes(null) ? null : panel.place2d(...values);
}

function originalAt(panel, row) {
  const place = panel.place2d(panel.x.values[row], panel.y.values[row]);
  return place.some(Number.isNaN) ? null : place;
}

function trail(places) {
  const steps = places.slice(1).map((to, i) => {
    const from = places[i];
    const strength = ((i + 1) / (places.length - 1)) ** 1.5;
    return `<path class="lab-trail" opacity="${(0.15 + 0.55 * strength).toFixed(2)}" d="M${point(from)}L${point(to)}"/><circle class="lab-step" opacity="${(0.2 + 0.5 * strength).toFixed(2)}" cx="${from[0].toFixed(1)}" cy="${from[1].toFixed(1)}" r="2.5"/>`;
  });
  return steps.join("");
}

// From the point before a training to the point after it.
function arrow(from, to) {
  const length = from ? Math.hypot(to[0] - from[0], to[1] - from[1]) : 0;
  if (length < RING + 8) return "";
  const [x, y] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const tip = [to[0] - x * (RING + 2), to[1] - y * (RING + 2)];
  const wing = (side) => point([tip[0] - 8 * x + side * 4 * y, tip[1] - 8 * y - side * 4 * x]);
  return `<circle class="lab-step" cx="${from[0].toFixed(1)}" cy="${from[1].toFixed(1)}" r="3.5"/><path class="lab-arrow" d="M${point(from)}L${point(tip)}M${wing(1)}L${point(tip)}L${wing(-1)}"/>`;
}

// Both intervals; a modelled figure without one gets a dashed stub, so that it is told apart.
function bars(panel, mark, [left, top]) {
  const [across, upright] = [interval(panel.x, mark), interval(panel.y, mark)];
  const parts = [];
  if (across) {
    const [a, b] = across.range ? across.range.map((value) => panel.place2d(value, 1)[0]) : [left - 20, left + 20];
    if (Number.isFinite(a) && Number.isFinite(b)) parts.push(bar(`M${a.toFixed(1)},${top.toFixed(1)}H${b.toFixed(1)}`, across, [[a, top - 3, a, top + 3], [b, top - 3, b, top + 3]]));
  }
  if (upright) {
    const [a, b] = upright.range ? upright.range.map((value) => panel.place2d(1, value)[1]) : [top - 20, top + 20];
    if (Number.isFinite(a) && Number.isFinite(b)) parts.push(bar(`M${left.toFixed(1)},${a.toFixed(1)}V${b.toFixed(1)}`, upright, [[left - 3, a, left + 3, a], [left - 3, b, left + 3, b]]));
  }
  return parts.join("");
}

function interval({ axis, place }, mark) {
  const [value, low, high, modelled] = mark.figures[axis.metric] ?? [];
  if (low !== null && high !== null && high > low) return { range: [place(low), place(high)], modelled };
  return modelled && value !== null ? { modelled } : null;
}

function bar(line, { range, modelled }, caps) {
  const ends = range ? caps.map(([x1, y1, x2, y2]) => `M${x1.toFixed(1)},${y1.toFixed(1)}L${x2.toFixed(1)},${y2.toFixed(1)}`).join("") : "";
  return `<path class="lab-bar${modelled ? " lab-modelled" : ""}" d="${line}"/><path class="lab-bar" d="${ends}"/>`;
}

function ring(panel, mark, [left, top]) {
  const { pending, current } = panel.lab.data;
  const sign = panel.lab.background.signs[mark.technique] ?? panel.lab.background.signs.chain;
  const color = colorOf(sign, panel.lab.theme.dark);
  const state = (pending || !current ? " lab-waiting" : "") + (current ? "" : " lab-gone");
  return `<g class="lab-current${state}" transform="translate(${point([left, top])})">
    <circle class="lab-halo" r="${RING}"/><circle class="lab-ring" r="${RING}"/>
    <path d="${shape(sign.symbol, 4.5)}" fill="${mark.bundled ? "none" : color}" stroke="${color}" stroke-width="1.6"/></g>`;
}

// Beside its mark, where it covers nothing; the other points are covered only if there is no better place.
function label(panel, [left, top], words, { strong = false, taken }) {
  const { area, lab } = panel;
  if (left < area.left - 1 || left > area.left + area.width + 1 || top < area.top - 7 || top > area.top + area.height + 1) return "";
  const text = fitting(words, LONGEST * area.width, lab.theme, strong);
  const wide = widthOf(text, lab.theme, strong);
  const box = placed([left, top], wide, { area, taken, gap: strong ? RING + 3 : 9, points: panel.points });
  if (!box) return "";
  return `<text class="lab-name${strong ? " lab-strong" : ""}" x="${box.x.toFixed(1)}" y="${(box.y + 11).toFixed(1)}">${escaped(text)}</text>`;
}

// A tint and an arrow where both metrics are best.
function corner(panel) {
  const { area, index, lab } = panel;
  const right = panel.x.metric?.better === "higher";
  const down = panel.y.metric?.better === "lower";
  const x = right ? area.left + area.width : area.left;
  const y = down ? area.top + area.height : area.top;
  const id = `lab-best-${index}`;
  const size = Math.min(area.width, area.height) * 0.55;
  const sweep = right === down ? 1 : 0;
  const end = right ? x - size : x + size;
  const arrow = down ? (right ? "\u2198" : "\u2199") : right ? "\u2197" : "\u2196";
  return `<radialGradient id="${id}" gradientUnits="userSpaceOnUse" cx="${x}" cy="${y}" r="${size}"><stop class="lab-best" offset="0"/><stop class="lab-best lab-best-end" offset="1"/></radialGradient>
    <path fill="url(#${id})" d="M${x},${y}H${end}A${size},${size} 0 0 ${sweep} ${x},${down ? y - size : y + size}Z"/>
    <text class="lab-better" x="${right ? x - 4 : x + 5}" y="${down ? y - 6 : y + 12}" text-anchor="${right ? "end" : "start"}">${right ? `better ${arrow}` : `${arrow} better`}</text>`;
}

// Where the word in that corner stands.
function bestBox({ area, x, y }) {
  const wide = 62;
  const left = x.metric?.better === "higher" ? area.left + area.width - wide : area.left;
  return { x: left, y: y.metric?.better === "lower" ? area.top + area.height - 20 : area.top, wide, high: 18 };
}

// How many points lie under the visible part, so that nothing is left out silently.
function hidden({ lab, area }) {
  const count = lab.ranges.below(lab);
  if (!count) return "";
  return `<text class="lab-better" x="${area.left + 5}" y="${area.top + area.height - 6}">\u2193 ${count} more below</text>`;
}

function hiddenBox({ lab, area }) {
  const wide = lab.ranges.below(lab) ? 110 : 0;
  return { x: area.left, y: area.top + area.height - 20, wide, high: 20 };
}

function empty({ area }, words) {
  return `<text class="lab-empty" x="${area.left + area.width / 2}" y="${area.top + area.height / 2}" text-anchor="middle">${escaped(words)}</text>`;
}

const point = ([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`;

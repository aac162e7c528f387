// The two pictures of a search: its front so far, and how its hypervolume grew beside that of others.

import { picture, svg, text } from "../common/elements.js";
import { ticks } from "./moment.js";

const HEIGHT = 300;
const EDGE = { left: 52, right: 14, top: 14, bottom: 42 };
const DASHES = { this: "", random: "5 4", other: "2 3" };

class Axes {
  constructor(width, across, upright) {
    Object.assign(this, { width, across, upright });
    this.right = width - EDGE.right;
    this.base = HEIGHT - EDGE.bottom;
  }

  x(value) {
    return EDGE.left + (this.right - EDGE.left) * share(value, this.across);
  }

  y(value) {
    return this.base - (this.base - EDGE.top) * share(value, this.upright);
  }

  frame() {
    const { across, upright, base, right } = this;
    const parts = [svg("path", { class: "search-axis", d: `M${EDGE.left},${EDGE.top}V${base}H${right}` })];
    for (const tick of ticks(across.low, across.high, across.log)) {
      const at = EDGE.left + ((right - EDGE.left) * (tick - across.low)) / (across.high - across.low);
      parts.push(text(at, base + 15, short(across.log ? 10 ** tick : tick), { "text-anchor": "middle", class: "insight-muted" }));
    }
    for (const tick of ticks(upright.low, upright.high, upright.log)) {
      const at = base - ((base - EDGE.top) * (tick - upright.low)) / (upright.high - upright.low);
      parts.push(svg("path", { class: "insight-grid", d: `M${EDGE.left},${at}H${right}` }));
      parts.push(text(EDGE.left - 6, at + 4, short(upright.log ? 10 ** tick : tick), { "text-anchor": "end", class: "insight-muted" }));
    }
    parts.push(text((EDGE.left + right) / 2, HEIGHT - 6, across.title, { "text-anchor": "middle" }));
    const [x, y] = [12, (EDGE.top + base) / 2];
    parts.push(text(x, y, upright.title, { "text-anchor": "middle", transform: `rotate(-90 ${x} ${y})` }));
    return parts;
  }
}

// Evaluations so far, the front as steps, limits as lines; `own` is the network that the knobs stand on.
export function frontChart(width, data, count, front, which) {
  const { evaluations, objectives, own } = data;
  const [up, over] = [objectives[0], objectives[which]];
  const shown = evaluations.slice(0, count).map((each, place) => ({ ...each, place })).filter((each) => each.values);
  const all = [...evaluations, ...(own ? [own] : [])].filter((each) => each.values);
  const axes = new Axes(width, range(all.map((each) => each.values[which]), over), range(all.map((each) => each.values[0]), up));
  const parts = axes.frame();
  for (const limit of data.limits) {
    if (limit.objective === which) parts.push(svg("path", { class: "search-limit", d: `M${axes.x(limit.value)},${EDGE.top}V${axes.base}` }));
    if (limit.objective === 0) parts.push(svg("path", { class: "search-limit", d: `M${EDGE.left},${axes.y(limit.value)}H${axes.right}` }));
  }
  const onFront = front.map((place) => evaluations[place].values).sort((a, b) => a[which] - b[which]);
  if (onFront.length && objectives.length === 2) parts.push(svg("path", { class: "search-front", d: steps(onFront, which, axes) }));
  for (const each of shown) {
    const [x, y] = [axes.x(each.values[which]), axes.y(each.values[0])];
    const best = front.includes(each.place);
    const sign = each.state === "over" ? cross(x, y) : svg("circle", { class: best ? "search-best" : "search-dot", cx: x, cy: y, r: best ? 5 : 3.5 });
    sign.append(svg("title", {}, `${each.label}: ${each.said}`));
    parts.push(sign);
    if (each.place === count - 1) parts.push(svg("circle", { class: "search-now", cx: x, cy: y, r: 9 }));
  }
  if (own?.values) {
    const [x, y] = [axes.x(own.values[which]), axes.y(own.values[0])];
    parts.push(svg("circle", { class: "search-own", cx: x, cy: y, r: 8 }, svg("title", {}, own.said)));
    parts.push(text(x, y > EDGE.top + 24 ? y - 13 : y + 22, "yours", { class: "insight-strong", "text-anchor": x > width - 60 ? "end" : "middle" }));
  }
  return picture(width, HEIGHT, `The front of ${up.label} against ${over.label} after ${count} evaluations`, ...parts);
}

// Share of the best run's hypervolume, against evaluations or processor time; a line where the moment is.
export function growthChart(width, data, count, by) {
  const curves = data.curves.filter((curve) => curve.shares.length);
  const along = (curve, place) => (by === "seconds" ? curve.seconds[place] : place + 1);
  const last = Math.max(1, ...curves.map((curve) => along(curve, curve.shares.length - 1)));
  const lowest = Math.min(...curves.flatMap((curve) => curve.shares.slice(Math.min(4, curve.shares.length - 1))), 0.95);
  const across = { low: 0, high: last, log: false, title: by === "seconds" ? "CPU-seconds spent, thinking included" : "Evaluations" };
  const axes = new Axes(width, across, { low: 100 * Math.max(0, lowest - 0.04), high: 100.8, log: false, title: "Hypervolume (% of the best run's)" });
  const parts = axes.frame();
  for (const curve of [...curves].reverse()) {
    const line = curve.shares.map((value, place) => `${place ? "L" : "M"}${axes.x(along(curve, place)).toFixed(1)},${clipped(axes, 100 * value).toFixed(1)}`).join("");
    const drawn = svg("path", { class: `search-curve search-${curve.kind}`, d: line, "stroke-dasharray": DASHES[curve.kind] });
    drawn.append(svg("title", {}, curve.name));
    parts.push(drawn);
  }
  const own = curves.find((curve) => curve.kind === "this");
  if (own && count) {
    const place = Math.min(count, own.shares.length) - 1;
    const [x, y] = [axes.x(along(own, place)), clipped(axes, 100 * own.shares[place])];
    parts.push(svg("path", { class: "search-moment", d: `M${x},${EDGE.top}V${axes.base}` }), svg("circle", { class: "search-now", cx: x, cy: y, r: 5 }));
  }
  return picture(width, HEIGHT, `Hypervolume against ${by === "seconds" ? "processor time" : "evaluations"}`, ...parts);
}

function clipped(axes, value) {
  return Math.min(axes.base, axes.y(value));
}

function share(value, { low, high, log }) {
  const at = log ? Math.log10(value) : value;
  return Math.max(0, Math.min(1, (at - low) / (high - low)));
}

function range(values, { log, title }) {
  const at = values.map((value) => (log ? Math.log10(value) : value)).sort((a, b) => a - b);
  const [first, last] = [at[0] ?? 0, at.at(-1) ?? 1];
  const room = Math.max((last - first) * 0.06, log ? 0.05 : Math.abs(last) * 0.002 || 0.5);
  return { low: first - room, high: last + room, log, title };
}

function steps(values, which, axes) {
  return values.map((value, place) => {
    const [x, y] = [axes.x(value[which]).toFixed(1), axes.y(value[0]).toFixed(1)];
    return place ? `H${x}V${y}` : `M${x},${y}`;
  }).join("");
}

function cross(x, y) {
  return svg("path", { class: "search-cross", d: `M${x - 3},${y - 3}L${x + 3},${y + 3}M${x - 3},${y + 3}L${x + 3},${y - 3}` });
}

function short(value) {
  if (value && Math.abs(value) < 0.001) return value.toExponential(0);
  return value >= 10000 ? `${Number((value / 1000).toPrecision(3))}k` : String(Number(value.toPrecision(3)));
}

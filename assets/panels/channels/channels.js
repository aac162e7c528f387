// Each group of channels, the least important first, with the cut; below, what going costs.

import { html, percent, picture, say, short, size, svg, text } from "../common/elements.js";

const [LEFT, RIGHT, BARS, COSTS, GAP] = [44, 8, 70, 46, 34];
const CARD = 250; // px at least
const MOST = 1; // of what is lost: beyond all of it lines leave the picture

let clips = 0;

export class ChannelsView {
  constructor(root, place) {
    this.place = place;
    this.words = html("p", "insight-words");
    this.words.setAttribute("aria-live", "polite");
    this.grid = html("div", "insight-cards");
    this.signs = html("div", "insight-legend");
    root.append(this.words, this.signs, this.grid);
  }

  draw(content, width) {
    const columns = Math.max(1, Math.min(4, Math.floor((width + 16) / (CARD + 16))));
    const wide = Math.floor((width - 16 * (columns - 1)) / columns);
    this.grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    const other = this.place.part("other");
    const sign = (name, words) => [html("span", `insight-sign ${name}`), words];
    this.signs.replaceChildren(...sign("insight-goes", "goes"), ...sign("insight-stays", "stays"), ...(other ? sign("insight-also", `would stay by ${other.score}`) : []));
    this.cards = content.groups.map((group, place) => new Card(group, wide, content.score, other?.groups[place]));
    this.grid.replaceChildren(...this.cards.map((card) => card.element));
  }

  show(content, level, value) {
    const { measured } = this.place.data;
    const exact = measured && measured.at === value ? measured.widths : null;
    const widths = content.groups.map((group, place) => exact?.[group.name] ?? content.widths[level][place]);
    this.cards.forEach((card, place) => card.show(widths[place]));
    const all = content.groups.reduce((sum, group) => sum + group.size, 0);
    const stay = widths.reduce((sum, width) => sum + width, 0);
    const [p, m] = exact ? [measured.parameters, measured.macs] : [content.parameters[level], content.macs[level]];
    const kept = `*${stay} of ${all} channels stay*`;
    const costs = p === null || m === null ? "" : `: ${short(p)} of ${short(content.all_parameters)} parameters, ${short(m)} of ${short(content.all_macs)} multiplications`;
    const how = exact ? "As it was measured." : "Foreseen: up to three ways to share out are tried, and the finished models decide between them.";
    say(this.words, `${kept}${costs}. ${how}${this.agreement(content, widths, stay)}`);
    this.place.root.dataset.stay = widths.join(" ");
  }

  agreement(content, widths, stay) {
    const other = this.place.part("other");
    if (!other) return "";
    let [same, chance] = [0, 0];
    content.groups.forEach((group, place) => {
      const mine = stays(group, widths[place]);
      for (const channel of stays(other.groups[place], widths[place])) same += mine.has(channel);
      chance += widths[place] ** 2 / group.size;
    });
    return ` By ${other.score} *${same} of these ${stay}* would stay too; by chance ${Math.round(chance)}.`;
  }
}

// Which channels would stay by another score, were as many of each group to stay.
function stays(group, width) {
  return new Set(group.order.slice(group.size - width));
}

class Card {
  constructor(group, width, score, other) {
    this.other = other;
    this.group = group;
    const { importance, error, size: count } = group;
    const step = (width - LEFT - RIGHT) / count;
    this.x = (place) => LEFT + place * step;
    const wide = Math.max(0.5, Math.min(step - Math.min(1.5, 0.25 * step), 26));
    const base = 16 + BARS;
    const floor = base + GAP + COSTS;
    const height = floor + 18;
    const top = Math.max(...importance) || 1;
    this.bars = importance.map((worth, place) => {
      const tall = Math.max(1, (BARS * Math.max(0, worth)) / top);
      const title = svg("title", {}, `Channel ${group.order[place]}: importance ${size(worth)}, goes as number ${place + 1}`);
      return svg("rect", { x: this.x(place) + (step - wide) / 2, y: base - tall, width: wide, height: tall }, title);
    });
    this.marks = group.order.map((channel, place) =>
      svg("circle", { class: "insight-also", cx: this.x(place + 0.5), cy: base + 7, r: Math.max(0.8, Math.min(3, 0.4 * step)), "data-channel": channel }));
    const y = (lost) => floor - (COSTS * Math.min(lost, 2 * MOST)) / MOST;
    const id = `insight-costs-${clips++}`;
    const line = error.map((lost, place) => `${this.x(place).toFixed(1)},${y(lost).toFixed(1)}`).join("L");
    this.y = (lost) => y(Math.min(lost, MOST));
    this.cut = svg("line", { class: "insight-cut", y1: 14, y2: floor });
    this.dot = svg("circle", { class: "insight-dot", r: 4 });
    this.cost = text(LEFT + 6, base + GAP - 2, "", { class: "insight-strong" });
    this.stay = html("b");
    const grid = `M${LEFT},${base}H${width - RIGHT}M${LEFT},${floor}H${width - RIGHT}`;
    const others = group.layers.length > 1 ? ` with ${group.layers.slice(1).map((name) => name.replace(/\.weight$/, "")).join(", ")}` : "";
    const heading = html("div", "insight-card-title", html("span", "", group.name), this.stay);
    heading.title = `${group.name}${others}`;
    this.element = html("div", "insight-card", heading, picture(
      width, height, `Channels of ${group.name} by importance`,
      svg("path", { d: grid, class: "insight-grid" }),
      text(LEFT - 5, 24, size(top), { "text-anchor": "end" }), text(LEFT - 5, base, "0", { "text-anchor": "end" }),
      text(LEFT - 5, y(MOST) + 5, percent(MOST), { "text-anchor": "end" }), text(LEFT - 5, floor, "0 %", { "text-anchor": "end" }),
      ...this.bars, ...(other ? this.marks : []), svg("clipPath", { id }, svg("rect", { x: LEFT, y: y(MOST) - 1, width: width - LEFT, height: COSTS + 3 })),
      text(LEFT, 10, score === "random" ? "" : "importance", { class: "insight-muted" }),
      svg("path", { d: `M${line}`, class: "insight-line", "clip-path": `url(#${id})` }), this.cut, this.dot, this.cost,
      text(LEFT, height - 3, score === "random" ? "channels in a random order →" : "channels, least important first →", { class: "insight-muted" }),
    ));
  }

  show(width) {
    const { size: count, error } = this.group;
    const gone = count - width;
    this.bars.forEach((bar, place) => bar.setAttribute("class", place < gone ? "insight-goes" : "insight-stays"));
    const also = this.other && stays(this.other, width);
    this.marks.forEach((mark, place) => (mark.style.display = also?.has(this.group.order[place]) ? "" : "none"));
    for (const end of ["x1", "x2"]) this.cut.setAttribute(end, this.x(gone));
    this.dot.setAttribute("cx", this.x(gone));
    this.dot.setAttribute("cy", this.y(error[gone]));
    this.cost.textContent = `${percent(error[gone])} lost with them`;
    this.stay.textContent = width === count ? `all ${count} stay` : `${width} of ${count} stay`;
  }
}

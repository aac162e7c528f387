// A search replayed: its front evaluation by evaluation, and its hypervolume beside that of random and other runs.

import { html, say, style } from "../common/elements.js";
import { Player, styled as controlled } from "../common/player.js";
import { frontChart, growthChart } from "./charts.js";
import { frontAt, sentence } from "./moment.js";

const PLAY_MS = 6000; // a whole history, however long, but no faster than
const FASTEST_MS = 60;
const NARROW = 720; // px, below which the pictures stand one under the other

const views = new WeakMap();
const styled = Promise.all([controlled, ...["../common/panels.css", "./search.css"].map((name) => style(new URL(name, import.meta.url)))]);

export default function render(component) {
  const parent = component.parentElement;
  if (!views.has(parent)) views.set(parent, new View(parent));
  views.get(parent).receive(component.data);
  return () => setTimeout(() => parent.isConnected || views.get(parent)?.destroy());
}

class View {
  constructor(parent) {
    this.count = null; // null follows the search
    this.which = 1;
    this.by = "evaluations";
    this.player = new Player("Evaluation", this);
    this.words = html("p", "search-words");
    this.words.setAttribute("aria-live", "polite");
    this.against = chooser("Against", (value) => Object.assign(this, { which: Number(value) }) && this.draw());
    this.along = chooser("Over", (value) => Object.assign(this, { by: value }) && this.draw());
    fill(this.along, [["evaluations", "evaluations"], ["seconds", "CPU-seconds"]], this.by);
    this.front = html("div", "search-picture");
    this.growth = html("div", "search-picture");
    this.legend = html("div", "insight-legend");
    this.left = html("section", "", html("div", "search-head", html("b", "", "The front"), this.against), this.front);
    this.right = html("section", "", html("div", "search-head", html("b", "", "What it is worth"), this.along), this.growth, this.legend);
    this.root = html("div", "insight search", this.player.element, this.words, html("div", "search-pictures", this.left, this.right));
    parent.append(this.root);
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.root);
  }

  receive(data) {
    if (data.key !== this.data?.key) {
      this.player.pause();
      this.count = null;
      this.which = 1;
    }
    this.data = data;
    const costs = data.objectives.slice(1).map((each, place) => [String(place + 1), each.label]);
    fill(this.against, costs, String(this.which));
    this.against.hidden = costs.length < 2;
    styled.then(() => this.draw());
  }

  get last() {
    return this.data.evaluations.length;
  }

  get now() {
    return Math.min(this.count ?? this.last, this.last);
  }

  can(by) {
    return by < 0 ? this.now > 0 : this.now < this.last;
  }

  move(by) {
    this.jump(this.now + by);
  }

  jump(count) {
    this.count = count >= this.last ? null : Math.max(0, count);
  }

  rewind() {
    this.count = 0;
  }

  pace() {
    return Math.max(FASTEST_MS, PLAY_MS / Math.max(1, this.last));
  }

  draw() {
    const width = Math.floor(this.root.clientWidth);
    if (!this.data || !width) return;
    const { now, last } = this;
    const front = frontAt(this.data.evaluations, now);
    this.player.draw(`${now} of ${this.data.total}`, { max: last, value: now });
    say(this.words, sentence(this.data, now, front));
    const isNarrow = width < NARROW;
    this.root.classList.toggle("search-narrow", isNarrow);
    const each = isNarrow ? width : Math.floor((width - 24) / 2);
    this.front.replaceChildren(frontChart(each, this.data, now, front, this.which));
    this.growth.replaceChildren(growthChart(each, this.data, now, this.by));
    this.legend.replaceChildren(...this.data.curves.filter((curve) => curve.shares.length).map((curve) => html("span", "search-run", html("i", `search-stroke search-${curve.kind}`), `${curve.name}: ${said(curve)}`)));
    Object.assign(this.root.dataset, { at: now, front: front.length, evaluations: last });
  }

  destroy() {
    this.player.pause();
    this.sizes.disconnect();
  }
}

function said(curve) {
  return `${(100 * curve.shares.at(-1)).toFixed(1)}\u00a0% after ${curve.shares.length}`;
}

function chooser(name, chosen) {
  const made = Object.assign(html("select", "search-choose"), { onchange: () => chosen(made.value) });
  made.setAttribute("aria-label", name);
  return made;
}

function fill(select, options, value) {
  select.replaceChildren(...options.map(([key, name]) => Object.assign(html("option", "", name), { value: key })));
  select.value = value;
}

// A search replayed: its front evaluation by evaluation, and its hypervolume beside that of random and other runs.

import { html, say, style } from "../common/elements.js";
import { frontChart, growthChart } from "./charts.js";
import { frontAt, sentence } from "./moment.js";

const PLAY_MS = 6000; // a whole history, however long, but no faster than
const FASTEST_MS = 60;
const NARROW = 720; // px, below which the pictures stand one under the other

const views = new WeakMap();
const styled = Promise.all(["../common/panels.css", "./search.css"].map((name) => style(new URL(name, import.meta.url))));

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
    this.back = button("Back", () => this.step(-1));
    this.next = button("Step", () => this.step(1));
    this.playing = button("Play", () => (this.timer ? this.pause() : this.play()));
    this.slider = Object.assign(html("input", "search-slider"), { type: "range", min: 0, step: 1 });
    this.slider.setAttribute("aria-label", "Evaluation");
    this.slider.oninput = () => this.jump(Number(this.slider.value));
    this.place = html("span", "search-place");
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
    const controls = html("div", "search-controls", this.back, this.next, this.playing, this.slider, this.place);
    this.root = html("div", "insight search", controls, this.words, html("div", "search-pictures", this.left, this.right));
    parent.append(this.root);
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.still.onchange = () => this.draw();
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.root);
  }

  receive(data) {
    if (data.key !== this.data?.key) {
      this.pause();
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

  step(by) {
    this.pause();
    this.jump(this.now + by);
  }

  jump(count) {
    this.count = count >= this.last ? null : Math.max(0, count);
    this.draw();
  }

  play() {
    if (this.now >= this.last) this.count = 0;
    this.timer = setInterval(() => (this.now >= this.last ? this.pause() : this.jump(this.now + 1)), Math.max(FASTEST_MS, PLAY_MS / Math.max(1, this.last)));
    this.draw();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.playing.textContent = "Play";
  }

  draw() {
    const width = Math.floor(this.root.clientWidth);
    if (!this.data || !width) return;
    if (this.still.matches) this.pause();
    this.playing.hidden = this.still.matches;
    this.playing.textContent = this.timer ? "Pause" : "Play";
    const { now, last } = this;
    const front = frontAt(this.data.evaluations, now);
    this.back.disabled = now <= 0;
    this.next.disabled = now >= last;
    Object.assign(this.slider, { max: last, value: now });
    this.place.textContent = `${now} of ${this.data.total}`;
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
    this.pause();
    this.sizes.disconnect();
  }
}

function said(curve) {
  return `${(100 * curve.shares.at(-1)).toFixed(1)}\u00a0% after ${curve.shares.length}`;
}

function button(name, onclick) {
  return Object.assign(html("button", "search-button", name), { type: "button", onclick });
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

// The pipeline filling up: a still timeline of the first examples, and on request a moment that runs through it.

import { html, picture, svg, text as words } from "../common/elements.js";
import { text } from "../../plots/format.js";
import { inFlight, timeline } from "./plan.js";

const [LEFT, ROW, GAP, FOOT] = [72, 22, 4, 40];
const FEWEST = 4; // examples
const ONE_MS = 2400; // of the watcher's time, for one example from end to end
const LONGEST_MS = 9000;

const row = (device) => device * (ROW + GAP);

let clips = 0;

export class Pipeline {
  // `show(examples)` draws those under way elsewhere too.
  constructor(show) {
    this.show = show;
    this.button = html("button", "slice-button");
    this.button.type = "button";
    this.button.onclick = () => (this.frame ? this.pause() : this.play());
    this.place = html("div", "slice-timeline");
    this.root = html("div", "slice-pipeline", html("div", "slice-row", html("b", "slice-heading", "The pipeline fills"), this.button), this.place);
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.still.onchange = () => this.stop();
    this.name();
  }

  draw(plan, width) {
    this.pause();
    this.at = null;
    Object.assign(this, { plan, count: Math.max(FEWEST, plan.inFlight + 1) });
    this.visits = timeline(plan, this.count);
    this.whole = Math.max(...this.visits.map(({ leaves }) => leaves));
    this.place.replaceChildren(this.picture(width));
    this.rest();
    this.name();
  }

  // As it is left: the first moment at which the pipeline is as full as it gets.
  rest() {
    const { plan, visits } = this;
    this.show(inFlight(visits, ((plan.inFlight - 1) * plan.slowest.ms + plan.latency) / 2));
    this.place.classList.add("slice-rest");
    this.solid.setAttribute("width", this.width);
  }

  showAt(moment) {
    this.show(inFlight(this.visits, moment));
    this.place.classList.remove("slice-rest");
    this.solid.setAttribute("width", this.x(moment));
    for (const end of ["x1", "x2"]) this.now.setAttribute(end, this.x(moment));
  }

  picture(width) {
    const { plan, whole } = this;
    this.width = width;
    this.x = (ms) => LEFT + ((width - LEFT - 14) * ms) / whole;
    const bottom = row(plan.devices.length);
    const boxes = this.visits.flatMap((visit) => {
      const { device, shards } = plan.stages[visit.place];
      return Array.from({ length: shards }, (_, shard) => ({ ...visit, device: device + shard }));
    });
    const id = `slice-shown-${clips++}`;
    this.solid = svg("rect", { x: 0, y: 0, width, height: bottom });
    this.now = svg("line", { class: "slice-now", y1: 0, y2: bottom });
    const devices = plan.devices.map((_, at) => words(0, row(at) + 15, `Device ${at + 1}`));
    return picture(width, bottom + FOOT, this.said(),
      svg("clipPath", { id }, this.solid), ...devices, ...this.ways(), ...boxes.map((box) => this.box(box, "slice-ahead")),
      svg("g", { "clip-path": `url(#${id})` }, ...boxes.flatMap((box) => [this.box(box, `slice-visit slice-device-${box.device % 8}`), ...this.number(box)])),
      ...this.answers(bottom, width), this.now);
  }

  box({ start, end, device }, className) {
    return svg("rect", { class: className, x: this.x(start) + 0.5, y: row(device) + 0.5, rx: 3, width: Math.max(1, this.x(end) - this.x(start) - 1), height: ROW - 1 });
  }

  number({ start, end, device, example }) {
    if (this.x(end) - this.x(start) < 13) return [];
    return [words((this.x(start) + this.x(end)) / 2, row(device) + 15, `${example + 1}`, { class: "slice-example", "text-anchor": "middle" })];
  }

  // What is on a modelled link, from one device to the next.
  ways() {
    const { stages } = this.plan;
    return this.visits.filter(({ end, leaves }) => leaves > end).map(({ place, end, leaves }) =>
      svg("path", { class: "slice-way", d: `M${this.x(end)},${row(stages[place].device) + ROW / 2}L${this.x(leaves)},${row(stages[place + 1].device) + ROW / 2}` }));
  }

  // Below: when each answer comes out.
  answers(bottom, width) {
    const { latency, slowest } = this.plan;
    const first = this.x(latency);
    const every = text("ms", slowest.ms);
    const last = this.plan.stages.length - 1;
    const marks = this.visits.filter(({ place }) => place === last).map(({ leaves }) => `M${this.x(leaves)},${bottom + 2}v6`).join("");
    const apart = this.count > 1 ? [words(Math.min(this.x(this.whole), width), bottom + 34, `then one every ${every}`, { "text-anchor": "end" })] : [];
    const start = Math.max(LEFT, Math.min(first, width - 150));
    return [svg("path", { class: "slice-answers", d: marks }), words(start, bottom + 20, `first answer after ${text("ms", latency)}`, { "text-anchor": start > width / 2 ? "end" : "start" }), ...apart];
  }

  said() {
    const { latency, slowest, devices } = this.plan;
    return `Timeline of ${this.count} examples over ${devices.length} devices: the first answer after ${text("ms", latency)}, then one every ${text("ms", slowest.ms)}, modelled`;
  }

  play() {
    const pace = Math.max(this.plan.latency / ONE_MS, this.whole / LONGEST_MS); // modelled ms a ms of the watcher's
    const begin = performance.now() - (this.at ?? 0) / pace;
    const step = (now) => {
      this.at = Math.max(0, now - begin) * pace;
      if (this.at > this.whole || !this.root.isConnected) return this.stop();
      this.showAt(this.at);
      this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
    this.name();
  }

  pause() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    this.name();
  }

  stop() {
    this.at = null;
    this.pause();
    if (this.solid) this.rest();
  }

  name() {
    this.button.hidden = this.still.matches; // the timeline says the same, standing still
    this.button.textContent = this.frame ? "Pause" : this.at ? "Go on" : "Play";
  }
}

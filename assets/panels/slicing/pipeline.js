// The pipeline filling up: a still timeline of the first examples, and on request a moment that runs through it.

import { html, picture, svg, text as words } from "../common/elements.js";
import { text } from "../../plots/format.js";
import { inFlight, timeline } from "./plan.js";

const [LEFT, ROW, GAP, FOOT] = [72, 22, 4, 40];
const FEWEST = 4; // examples
const ONE_MS = 2400; // of the watcher's time, for one example from end to end
const LONGEST_MS = 9000;

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
    this.whole = plan.latency + (this.count - 1) * plan.slowest.ms;
    this.place.replaceChildren(this.picture(width));
    this.rest();
    this.name();
  }

  // As it is left: the first moment at which the pipeline is as full as it gets.
  rest() {
    const { plan, count } = this;
    const last = (plan.inFlight - 1) * plan.slowest.ms;
    this.show(inFlight(plan, count, (last + plan.latency) / 2));
    this.solid.setAttribute("width", this.right);
    this.head.style.display = "none";
  }

  picture(width) {
    const { plan, whole } = this;
    this.right = width;
    this.x = (ms) => LEFT + ((width - LEFT - 14) * ms) / whole;
    const y = (place) => place * (ROW + GAP);
    const bottom = y(plan.stages.length);
    const visits = timeline(plan, this.count);
    const box = (visit, className) => svg("rect", {
      class: className, x: this.x(visit.start) + 0.5, y: y(visit.place), rx: 3,
      width: Math.max(1, this.x(visit.end) - this.x(visit.start) - 1), height: ROW,
    });
    const number = (visit) => this.x(visit.end) - this.x(visit.start) > 13
      ? [words((this.x(visit.start) + this.x(visit.end)) / 2, y(visit.place) + 15, `${visit.example + 1}`, { class: "slice-example", "text-anchor": "middle" })] : [];
    const ways = visits.filter(({ place }) => plan.stages[place].link_ms > 0 && place < plan.stages.length - 1)
      .map((visit) => svg("path", { class: "slice-way", d: `M${this.x(visit.end)},${y(visit.place) + ROW / 2}L${this.x(visit.end + plan.stages[visit.place].link_ms)},${y(visit.place + 1) + ROW / 2}` }));
    const id = `slice-shown-${clips++}`;
    this.solid = svg("rect", { x: 0, y: 0, width, height: bottom });
    this.head = svg("line", { class: "slice-now", y1: 0, y2: bottom });
    const devices = plan.stages.map((_, place) => words(0, y(place) + 15, `Device ${place + 1}`));
    return picture(width, bottom + FOOT, this.said(),
      svg("clipPath", { id }, this.solid), ...devices, ...ways, ...visits.map((visit) => box(visit, "slice-ahead")),
      svg("g", { "clip-path": `url(#${id})` }, ...visits.flatMap((visit) => [box(visit, `slice-visit slice-device-${visit.place % 8}`), ...number(visit)])),
      ...this.answers(bottom, width), this.head);
  }

  // Below: when each answer comes out.
  answers(bottom, width) {
    const { latency, slowest } = this.plan;
    const first = this.x(latency);
    const every = text("ms", slowest.ms);
    const marks = Array.from({ length: this.count }, (_, k) => this.x(latency + k * slowest.ms)).map((x) => `M${x},${bottom + 2}v6`).join("");
    const apart = this.count > 1 ? [words(Math.min(this.x(this.whole), width), bottom + 34, `then one every ${every}`, { "text-anchor": "end" })] : [];
    const start = Math.max(LEFT, Math.min(first, width - 150));
    return [svg("path", { class: "slice-answers", d: marks }), words(start, bottom + 20, `first answer after ${text("ms", latency)}`, { "text-anchor": start > width / 2 ? "end" : "start" }), ...apart];
  }

  said() {
    const { latency, slowest, stages } = this.plan;
    return `Timeline of ${this.count} examples over ${stages.length} devices: the first answer after ${text("ms", latency)}, then one every ${text("ms", slowest.ms)}, modelled`;
  }

  play() {
    const pace = Math.max(this.plan.latency / ONE_MS, this.whole / LONGEST_MS); // modelled ms a ms of the watcher's
    const begin = performance.now() - (this.at ?? 0) / pace;
    const step = (now) => {
      this.at = Math.max(0, now - begin) * pace;
      if (this.at > this.whole || !this.root.isConnected) return this.stop();
      this.show(inFlight(this.plan, this.count, this.at));
      this.solid.setAttribute("width", this.x(this.at));
      this.head.style.display = "";
      for (const end of ["x1", "x2"]) this.head.setAttribute(end, this.x(this.at));
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

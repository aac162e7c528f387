// A curve that one draws, by hand or by keys, and the measured one laid over it with the gap shaded.

import { html, svg, text } from "../panels/common/elements.js";

const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [46, 18, 22, 52, 320];
const STEPS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };

export class Curve {
  hint = "Draw with the mouse or a finger, or press the arrow keys on a point.";

  constructor(asked) {
    this.asked = asked;
    this.isReady = false;
    this.onready = () => {};
    const told = asked.measured.spots.slice(0, asked.given).map((spot) => spot.value);
    this.values = asked.ticks.map((_, at) => told[at] ?? told[told.length - 1] ?? (asked.low + asked.high) / 2);
    this.root = svg("svg", { class: "lesson-curve", role: "group", "aria-label": `${asked.y} by ${asked.x.toLowerCase()}` });
    this.legend = html("div", "lesson-legend");
    this.element = html("div", "lesson-drawing", this.root, this.legend);
    this.root.onpointerdown = (event) => this.taken(event);
    new ResizeObserver(() => this.draw()).observe(this.element);
    this.handles = asked.ticks.map((tick, at) => this.handle(tick, at));
  }

  drawn() {
    this.draw();
  }

  guess() {
    return this.values.map((value) => Number(value.toFixed(1)));
  }

  lock() {
    this.isLocked = true;
    for (const handle of this.handles) for (const name of ["tabindex", "role", "aria-valuenow", "aria-valuemin", "aria-valuemax", "aria-valuetext", "aria-label"]) handle.removeAttribute(name);
    this.draw();
  }

  handle(tick, at) {
    const made = svg("circle", { r: at < this.asked.given ? 6 : 10, class: at < this.asked.given ? "lesson-told" : "lesson-mine lesson-handle" });
    if (at < this.asked.given) return made;
    const about = { tabindex: 0, role: "slider", "aria-label": `${this.asked.y} at ${tick} (${this.asked.x.toLowerCase()})`, "aria-valuemin": this.asked.low, "aria-valuemax": this.asked.high };
    for (const [name, value] of Object.entries(about)) made.setAttribute(name, value);
    made.onkeydown = (event) => {
      const by = STEPS[event.key];
      const to = { Home: this.asked.low, End: this.asked.high }[event.key] ?? this.values[at] + by;
      if (Number.isNaN(to) || this.isLocked) return;
      event.preventDefault();
      this.set(at, to);
    };
    return made;
  }

  taken(event) {
    if (this.isLocked || event.button) return;
    event.preventDefault();
    this.root.setPointerCapture(event.pointerId);
    const follow = ({ clientX, clientY }) => {
      const box = this.root.getBoundingClientRect();
      const x = ((clientX - box.left) / box.width) * this.width;
      const y = ((clientY - box.top) / box.height) * HEIGHT;
      const at = this.values.reduce((best, _, place) => (Math.abs(this.x(place) - x) < Math.abs(this.x(best) - x) ? place : best), 0);
      const { low, high } = this.asked;
      if (at >= this.asked.given) this.set(at, low + ((HEIGHT - BOTTOM - y) / (HEIGHT - BOTTOM - TOP)) * (high - low));
    };
    follow(event);
    this.root.onpointermove = follow;
    this.root.onlostpointercapture = () => (this.root.onpointermove = this.root.onlostpointercapture = null);
  }

  set(at, value) {
    this.values[at] = Math.min(this.asked.high, Math.max(this.asked.low, value));
    this.isReady = true;
    this.onready(true);
    this.draw();
  }

  x(at) {
    return LEFT + 14 + (at * (this.width - LEFT - RIGHT - 28)) / Math.max(1, this.values.length - 1);
  }

  y(value) {
    const { low, high } = this.asked;
    return HEIGHT - BOTTOM - ((value - low) / (high - low)) * (HEIGHT - BOTTOM - TOP);
  }

  reveal(guess) {
    this.isRevealed = true;
    this.mine = guess;
    this.draw();
    const { measured, ticks, given, unit } = this.asked;
    const rows = measured.spots.map((spot, at) => ({ spot, at })).filter(({ spot, at }) => spot && at >= given);
    const told = rows.map(({ spot, at }) => `${ticks[at]}${unit}: ${percent(spot.value)}`).join(", ");
    if (!guess) return { guess: "skipped", measured: told, gap: "The measured curve is drawn in." };
    const off = rows.map(({ spot, at }) => ({ at, by: Math.abs(guess[at] - spot.value), spot }));
    const mean = off.reduce((sum, { by }) => sum + by, 0) / Math.max(1, off.length);
    const most = off.reduce((a, b) => (b.by > a.by ? b : a));
    const gap = `Your line is ${mean.toFixed(1)} points off on average${most.by > 2 ? `, most at ${ticks[most.at]}${unit}: you drew ${percent(guess[most.at])}, and ${percent(most.spot.value)} was measured` : ""}.`;
    return { guess: rows.map(({ at }) => `${ticks[at]}${unit}: ${percent(guess[at])}`).join(", "), measured: told, gap };
  }

  draw() {
    const { asked } = this;
    this.width = Math.max(280, this.element.clientWidth || 640);
    this.root.setAttribute("viewBox", `0 0 ${this.width} ${HEIGHT}`);
    this.root.setAttribute("width", this.width);
    this.root.setAttribute("height", HEIGHT);
    const marks = [];
    for (let value = asked.low; value <= asked.high; value += (asked.high - asked.low) / 4) {
      marks.push(svg("line", { x1: LEFT, x2: this.width - RIGHT, y1: this.y(value), y2: this.y(value), class: "lesson-grid" }));
      marks.push(text(LEFT - 6, this.y(value) + 4, `${Math.round(value)} %`, { "text-anchor": "end", class: "lesson-muted" }));
    }
    asked.ticks.forEach((tick, at) => marks.push(text(this.x(at), HEIGHT - BOTTOM + 20, tick, { "text-anchor": "middle" })));
    marks.push(text((LEFT + this.width - RIGHT) / 2, HEIGHT - 8, asked.x, { "text-anchor": "middle", class: "lesson-muted" }));
    marks.push(text(8, 13, asked.y, { class: "lesson-muted" }));
    const isMine = !this.isRevealed || this.mine;
    const labels = [];
    marks.push(...(this.isRevealed ? this.measured(labels) : this.others(asked.beside.filter(({ before }) => before), labels)));
    if (isMine) marks.push(svg("path", { d: path(this.values.map((value, at) => [this.x(at), this.y(value)])), class: "lesson-my-line" }));
    this.handles.forEach((handle, at) => {
      handle.setAttribute("cx", this.x(at));
      if (this.isRevealed && at >= asked.given) handle.setAttribute("r", 6);
      handle.setAttribute("cy", this.y(this.values[at]));
      if (handle.hasAttribute("role")) {
        handle.setAttribute("aria-valuenow", Math.round(this.values[at]));
        handle.setAttribute("aria-valuetext", percent(this.values[at]));
      }
    });
    const handles = isMine ? this.handles : this.handles.slice(0, asked.given);
    const focused = this.handles.indexOf(document.activeElement);
    this.root.replaceChildren(...marks, ...handles, ...labels);
    if (focused >= 0 && !this.isLocked) this.handles[focused].focus();
    this.tell();
  }

  // The measured curves, and what lies between theirs and mine.
  measured(labels) {
    const { measured, beside } = this.asked;
    const there = measured.spots.map((spot, at) => [at, spot]).filter(([, spot]) => spot);
    const marks = [];
    if (this.mine) {
      const forth = there.map(([at]) => [this.x(at), this.y(this.mine[at])]);
      const back = there.map(([at, spot]) => [this.x(at), this.y(spot.value)]).reverse();
      marks.push(svg("path", { d: `${path([...forth, ...back])}Z`, class: "lesson-shade" }));
    }
    marks.push(...this.others(beside, labels));
    marks.push(svg("path", { d: path(there.map(([at, spot]) => [this.x(at), this.y(spot.value)])), class: "lesson-line" }));
    for (const [at, spot] of there) {
      if (spot.low !== null) marks.push(svg("line", { x1: this.x(at), x2: this.x(at), y1: this.y(spot.low), y2: this.y(spot.high), class: "lesson-bar-of-error" }));
      marks.push(titled(svg("circle", { cx: this.x(at), cy: this.y(spot.value), r: 5, class: "lesson-measured" }), `${measured.name}: ${spot.text}`));
      const isLow = this.y(spot.value) > HEIGHT - BOTTOM - 30;
      labels.push(text(this.x(at), this.y(spot.value) + (isLow ? -12 : 20), percent(spot.value), { "text-anchor": "middle", class: "lesson-strong" }));
    }
    return marks;
  }

  others(beside, labels) {
    const marks = [];
    for (const [place, other] of beside.entries()) {
      const spots = other.spots.map((spot, at) => [at, spot]).filter(([, spot]) => spot);
      marks.push(svg("path", { d: path(spots.map(([at, spot]) => [this.x(at), this.y(spot.value)])), class: `lesson-line ${place ? "lesson-dotted" : "lesson-dashed"}` }));
      const [end, spot] = spots[spots.length - 1];
      labels.push(text(this.x(end), this.y(spot.value) - 9, percent(spot.value), { "text-anchor": "middle", class: "lesson-strong" }));
      marks.push(...spots.map(([at, spot]) => titled(svg("rect", { x: this.x(at) - 4, y: this.y(spot.value) - 4, width: 8, height: 8, class: "lesson-measured" }), `${other.name}: ${spot.text}`)));
    }
    return marks;
  }

  tell() {
    const { measured, beside } = this.asked;
    const key = (className, name) => html("span", "lesson-key", html("i", className), name);
    const rows = [];
    if (!this.isRevealed || this.mine) rows.push(key("lesson-key-mine", "your guess"));
    if (this.isRevealed) {
      rows.push(key("lesson-key-line", `measured: ${measured.name}`), ...beside.map(({ name }, at) => key(at ? "lesson-key-dotted" : "lesson-key-dashed", `measured: ${name}`)));
      if (this.mine) rows.push(key("lesson-key-shade", "the gap"));
    } else rows.push(key("lesson-key-told", "measured"), ...beside.filter(({ before }) => before).map(({ name }) => key("lesson-key-dashed", `measured: ${name}`)));
    this.legend.replaceChildren(...rows);
  }
}

function titled(mark, said) {
  mark.append(svg("title", {}, said));
  return mark;
}

const path = (points) => points.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");

const percent = (value) => `${value.toFixed(1)} %`;

// The component: keeps what Python sent, decides what has to be drawn again, and reports back.

import { Ahead } from "./ahead.js";
import { column, needsWebGL } from "./background.js";
import { Hover } from "./hover.js";
import { whenIdle } from "./idle.js";
import { Legend } from "./legend.js";
import { script, style } from "./load.js";
import { Scale } from "./painted.js";
import { Panel } from "./panel.js";
import { Parallel } from "./parallel.js";
import { Presenting } from "./presenting.js";
import { Ranges } from "./ranges.js";
import { arrange, heightOf, isStacked } from "./sizes.js";
import { Strip } from "./strip.js";
import { TakeAway } from "./take.js";
import { readTheme } from "./theme.js";

const MAX_SELECTED = 500;
const SETTLED = 250; // ms without a change before a selection is told to Python
const KEPT = 4; // backgrounds kept, for pages that are left and come back

const backgrounds = new Map(); // by version, for all places of the page
const bases = new Map(); // the same by what doesn't hang on limits and axes
const basic = new URL("./plotly/plotly-basic.min.js", import.meta.url);
const whole = new URL("../plotly.min.js", import.meta.url); // four times as large: only WebGL needs it
const sheets = ["./plots.css", "./strip.css", "./presenting.css", "./decided.css"].map((sheet) => style(new URL(sheet, import.meta.url)));
const loaded = Promise.all([script(basic), ...sheets]);
let wholeLoaded;

export class Lab {
  constructor(parent, { present }) {
    this.root = document.createElement("div");
    this.root.className = "lab-plots";
    this.root.dataset.plots = "";
    this.root.lab = this; // for tests and the browser's console
    this.root.innerHTML = `<div class="lab-status" role="status"></div><div class="lab-row"></div>`;
    parent.append(this.root);
    this.row = this.root.querySelector(".lab-row");
    this.selected = new Set();
    this.ranges = new Ranges();
    this.coarse = matchMedia("(pointer: coarse)").matches;
    this.mode = this.coarse ? "look" : "zoom";
    this.scale = 1; // px of the window in one of the panels
    this.panels = (present ? [0] : [0, 1, 2]).map((index) => new Panel(this, index));
    this.legend = new Legend(this);
    this.parallel = new Parallel(this);
    this.strip = new Strip(this);
    this.hover = new Hover(this);
    this.taking = new TakeAway(this);
    this.ahead = new Ahead(this);
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(this.root);
    this.higher = () => this.resized(); // a window may grow without our width
    window.addEventListener("resize", this.higher);
    this.presenting = present ? new Presenting(this) : null;
  }

  receive({ data, setStateValue, setTriggerValue }) {
    this.tell = { state: setStateValue, trigger: setTriggerValue };
    if (this.data && data.sequence < this.data.sequence) return; // overtaken by a newer render
    if (data.file && data.sequence !== this.data?.sequence) this.taking.receive(data.file);
    this.show(this.presenting ? this.presenting.told(data) : this.ahead.told(this.turned(data)));
  }

  // Points lost or plain values: shown at once, and told to Python, which keeps it in the link.
  turn(scale) {
    this.wanted = scale;
    this.show(this.turned(this.data));
    this.tell.trigger("turned", scale);
  }

  // The user's word on the y axis holds until Python says the same.
  turned(data) {
    if (this.wanted === data.y.scale) this.wanted = null;
    return this.wanted ? { ...data, y: { ...data.y, scale: this.wanted } } : data;
  }

  show(data) {
    this.keep(data);
    this.data = data;
    clearTimeout(this.polling);
    if (data.poll_ms) this.polling = setTimeout(() => this.tell.trigger("poll", data.sequence), data.poll_ms);
    if (!this.drawn) this.reserve();
    if (this.ready) this.draw();
    else loaded.then(() => ((this.ready = true), this.draw()), (error) => this.failed(error));
  }

  // Whether Plotly can draw so many points; if not yet, the part of it that can is on its way.
  capable(background) {
    if (!needsWebGL(background) || this.webgl) return true;
    wholeLoaded ??= script(whole);
    wholeLoaded.then(
      () => {
        if (this.webgl) return;
        this.webgl = true;
        for (const panel of this.panels) panel.clear(); // drawn by the smaller Plotly
        this.drawn = null;
        this.draw();
      },
      (error) => this.failed(error),
    );
    return false;
  }

  // A point that the knobs now ask for, drawn before Python has said so.
  foresee(current, trail) {
    this.data = { ...this.data, current, trail, before: null, pending: "" };
    this.shown = current;
    this.draw();
  }

  keep(data) {
    if (data.background) {
      bases.set(data.base, data.background);
      backgrounds.set(data.version, data.background);
    } else if (data.judged && bases.has(data.base)) backgrounds.set(data.version, { ...bases.get(data.base), ...data.judged });
    for (const [kept, last] of [[backgrounds, data.version], [bases, data.base]]) {
      for (const version of [...kept.keys()].slice(0, -KEPT)) if (version !== last) kept.delete(version);
    }
    const missing = !backgrounds.has(data.version);
    if (missing && this.asked !== data.version) this.tell.trigger("need", data.version);
    this.asked = missing ? data.version : null;
    if (!this.data || this.data.question !== data.question) {
      this.selected = new Set();
      this.shown = null;
      this.linked = data.selected; // beginnings of keys, from the address
    }
    if (data.current || !data.pending) this.shown = data.current; // a ring without an answer waits for one
  }

  // The current point first, at once; new points in the background may follow when the browser has time.
  draw() {
    const { data } = this;
    const background = backgrounds.get(data.version);
    const theme = readTheme(this.root);
    const width = this.root.clientWidth;
    if (!(background ?? this.background) || !width || !this.capable(background ?? this.background)) return;
    const drawn = [background ? data.version : this.drawn?.[0], JSON.stringify([data.axes, data.y, data.question, this.lone(background), data.decided?.colour, data.decided?.size]), theme.name, this.size()];
    const stale = drawn.map((part, i) => part !== this.drawn?.[i]);
    this.theme = theme;
    if (this.drawn && !stale.slice(1).includes(true)) {
      if (this.ranges.widen(this)) for (const panel of this.panels) panel.rerange();
      if (stale[0]) this.redrawing ??= whenIdle(() => this.redraw());
    } else {
      this.compose(background ?? this.background, drawn, width);
    }
    this.overlay();
  }

  redraw() {
    this.redrawing = null;
    const background = backgrounds.get(this.data.version);
    if (!background || this.drawn[0] === this.data.version || !this.root.isConnected || !this.capable(background)) return;
    this.compose(background, [this.data.version, ...this.drawn.slice(1)], this.root.clientWidth);
    this.overlay();
  }

  // Columns in axis units, the visible ranges, the size of each panel; then Plotly draws it.
  compose(background, drawn, width) {
    this.drawn = drawn;
    this.width = width;
    this.background = background;
    const { data } = this;
    this.y = column(background, data.y, this.shown);
    const { colour, size } = data.decided ?? {};
    this.scales = { colour: colour ? new Scale(background, colour) : null, size: size ? new Scale(background, size) : null };
    this.xs = data.axes.map((axis) => column(background, axis, this.shown));
    this.rows = new Map(background.keys.map((key, row) => [key, row]));
    if (this.linked?.length && background.keys.length) {
      const all = background.keys.filter((key) => this.linked.some((start) => key.startsWith(start)));
      this.selected = new Set(all);
      this.linked = null;
    }
    this.ranges.fit(this);
    arrange(this, width);
    for (const panel of this.panels) panel.react();
    this.legend.draw();
  }

  // A mark without any background decides the units, so its coming redraws the axes.
  lone(background) {
    return !(background ?? this.background).keys.length && Boolean(this.shown);
  }

  overlay() {
    const { data, root } = this;
    for (const panel of this.panels) panel.overlay();
    this.legend.status();
    this.parallel.draw();
    this.strip.draw();
    this.presenting?.draw();
    Object.assign(root.dataset, {
      drawn: data.sequence,
      key: data.current?.key ?? "",
      pending: data.pending,
      version: this.drawn[0],
      selected: this.selected.size,
    });
    performance.mark("plots-drawn", { detail: { sequence: data.sequence, key: data.current?.key } });
  }

  size() {
    if (this.presenting) return this.presenting.size();
    const width = this.root.clientWidth;
    return `${width} x ${heightOf(this.data.height, width)}`;
  }

  reserve() {
    const width = this.root.clientWidth;
    if (!this.presenting) this.row.style.minHeight = `${(isStacked(width) ? 3 : 1) * heightOf(this.data.height, width)}px`;
    this.strip.reserve(backgrounds.get(this.data.version)?.strip);
  }

  resized() {
    if (!this.ready || !this.data || this.size() === this.drawn?.[3]) return;
    this.reserve();
    this.draw();
  }

  setMode(mode) {
    this.mode = mode;
    this.root.dataset.mode = mode;
    this.legend.tools();
    for (const panel of this.panels) panel.dragmode();
  }

  zoomed(panel, event) {
    this.ranges.keep(this, panel, event);
    for (const each of this.panels) if (each === panel || "yaxis.range[0]" in event) each.rerange();
    for (const each of this.panels) each.overlay();
  }

  showAll(whole) {
    this.ranges.forget(this);
    this.ranges.whole = whole;
    this.ranges.fit(this);
    for (const panel of this.panels) panel.rerange();
    for (const panel of this.panels) panel.overlay();
    this.legend.tools();
  }

  select(keys) {
    this.selected = keys;
    for (const panel of this.panels) panel.selection();
    this.parallel.highlight();
    this.root.dataset.selected = keys.size;
    this.legend.tools();
    performance.mark("plots-selected", { detail: { count: keys.size } });
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.tell.state("selected", [...keys].slice(0, MAX_SELECTED)), SETTLED);
  }

  pick(key) {
    this.tell.trigger("picked", key);
  }

  failed(error) {
    this.root.querySelector(".lab-status").textContent = `The plots could not be loaded (${error.message}): reload the page.`;
  }

  destroy() {
    this.sizes.disconnect();
    window.removeEventListener("resize", this.higher);
    for (const part of [this.ahead, this.taking, this.presenting, this.parallel]) part?.destroy();
    clearTimeout(this.settling);
    clearTimeout(this.polling);
    for (const panel of this.panels) panel.destroy();
  }
}

// One plot: Plotly's background, the selection on a canvas over it, the current point in SVG on top.

import { traces } from "./background.js";
import { kneesOf } from "./knees.js";
import { axisTitle, layout, named } from "./layout.js";
import { drawMarks } from "./marks.js";
import { Limits } from "./limits.js";
import { listen } from "./pointer.js";
import { drawSelection } from "./selection.js";
import { text } from "./format.js";

const CONFIG = { displayModeBar: false, doubleClick: false, responsive: false, showTips: false };

const KEYS = "Left and right go along the front, Enter opens a point, Shift with them selects, A selects all in view, Escape ends it. B begins a box that selects: arrows move it, Shift with them resizes it, Enter keeps it, Escape leaves it.";

export class Panel {
  constructor(lab, index) {
    this.lab = lab;
    this.index = index;
    this.box = document.createElement("div");
    this.box.className = "lab-panel";
    this.box.tabIndex = 0;
    this.box.setAttribute("role", "group");
    this.box.setAttribute("aria-roledescription", "scatter plot");
    this.box.setAttribute("aria-description", KEYS);
    this.box.innerHTML = `<div class="lab-plot" aria-hidden="true"></div><canvas class="lab-selection"></canvas>
      <svg class="lab-marks" aria-hidden="true"></svg><svg class="lab-pointer" aria-hidden="true"></svg>
      <button type="button" class="lab-term lab-ytitle" data-hint></button><button type="button" class="lab-term lab-xtitle" data-hint></button>`;
    [this.plot, this.canvas, this.marks, this.pointer, this.ytitle, this.xtitle] = this.box.children;
    lab.row.append(this.box);
    this.limits = new Limits(this);
    listen(this);
  }

  get x() {
    return this.lab.xs[this.index];
  }

  get y() {
    return this.lab.y;
  }

  get title() {
    const { metric, scale, unit } = this.y;
    const name = scale === "lost" ? `${metric.label}, points lost` : `${metric?.label ?? ""} (${unit})`;
    return `${name} ${metric?.better === "lower" ? "\u2193" : "\u2191"}`;
  }

  place(size) {
    this.size = size;
    Object.assign(this.box.style, { width: `${size.width}px`, height: `${size.height}px` });
    for (const svg of [this.marks, this.pointer]) {
      svg.setAttribute("width", size.width);
      svg.setAttribute("height", size.height);
    }
  }

  react() {
    const { lab, x, y } = this;
    const figure = layout({
      x,
      y,
      xRange: lab.ranges.x(lab, this.index),
      yRange: lab.ranges.y(lab),
      dragmode: lab.mode === "zoom" ? "zoom" : false,
      theme: lab.theme,
      ...this.size,
    });
    this.knees = kneesOf(this, lab.background);
    if (this.isNew(figure)) {
      window.Plotly.react(this.plot, traces(lab.background, x, y, lab.theme, lab.scales), figure, CONFIG);
      this.pixels = null;
    }
    if (!this.wired) this.wire();
    this.titles();
  }

  // Whether anything that Plotly draws has changed: a panel of sizes is the same on all devices.
  isNew(figure) {
    const { x, y, lab } = this;
    const { values, standing, refused, techniques, bundled, elsewhere } = lab.background;
    const painted = [lab.data.decided?.colour, lab.data.decided?.size];
    const words = JSON.stringify([figure, painted, standing[x.axis.metric], refused, elsewhere[x.axis.metric], x.scale, y.scale, x.unit, y.unit, lab.theme.name, lab.shown === null]);
    const drawn = [x.axis.metric, y.axis.metric, ...painted].map((name) => values[name]);
    drawn.push(techniques, bundled, words);
    const isSame = this.wired && drawn.every((part, i) => part === this.drawn?.[i]);
    this.drawn = drawn;
    return !isSame;
  }

  // Words of their own over the plot: Plotly's could not be asked what they mean.
  titles() {
    const { x, y, ytitle, xtitle, lab } = this;
    const { left } = this.size;
    const help = y.metric?.help ?? "";
    ytitle.hidden = left <= 20;
    ytitle.textContent = this.title;
    ytitle.setAttribute("aria-description", y.scale === "lost" ? `${lab.background.hints["points lost"]} ${help}` : help);
    xtitle.innerHTML = axisTitle(x, this.size);
    xtitle.style.left = `${left}px`;
    xtitle.setAttribute("aria-description", x.metric?.help ?? "");
  }

  wire() {
    this.wired = true;
    this.plot.on("plotly_relayout", (event) => {
      if (this.muted || !Object.keys(event).some((name) => name.includes(".range["))) return;
      this.pixels = null;
      this.lab.zoomed(this, event);
    });
    this.plot.on("plotly_relayouting", () => {
      this.pixels = null;
      this.overlay();
    });
    this.plot.on("plotly_doubleclick", () => this.lab.showAll(false));
  }

  rerange() {
    const { lab, area, plot } = this;
    const [x, y] = [lab.ranges.x(lab, this.index), lab.ranges.y(lab)];
    const told = { xaxis: named(this.x, x, area.width), yaxis: named(this.y, y, area.height, true) };
    // Ticks are written beside Plotly: with ranges alone it goes its short way, a third of the time of a new layout.
    for (const axis of ["xaxis", "yaxis"]) for (const layout of [plot.layout, plot._fullLayout]) Object.assign(layout[axis], told[axis]);
    this.relayout({ "xaxis.range": [...x], "yaxis.range": [...y] });
  }

  dragmode() {
    if (this.wired) this.relayout({ dragmode: this.lab.mode === "zoom" ? "zoom" : false });
  }

  relayout(change) {
    this.muted = true; // our own change is not the user's zoom
    window.Plotly.relayout(this.plot, change);
    this.muted = false;
    this.drawn = this.pixels = null;
  }

  // Over the plot; the selection only needs it when the axes have changed.
  overlay() {
    drawMarks(this);
    const { ties } = this.lab.data.decided ?? {};
    if (!this.pixels || ties?.join() !== this.tied) this.selection();
    this.tied = ties?.join();
    this.limits.draw();
    const summary = this.summary();
    if (this.said !== summary) this.box.setAttribute("aria-label", (this.said = summary));
  }

  selection() {
    void this.points; // from now on known for these axes
    drawSelection(this);
    this.box.classList.toggle("lab-dimmed", this.lab.selected.size > 0);
  }

  // Where values lie in this panel, in px; the plot's own axes know.
  place2d(xValue, yValue) {
    const { xaxis, yaxis } = this.plot._fullLayout;
    return [xaxis._offset + xaxis.d2p(xValue), yaxis._offset + yaxis.d2p(yValue)];
  }

  get area() {
    const { xaxis, yaxis } = this.plot._fullLayout;
    return { left: xaxis._offset, top: yaxis._offset, width: xaxis._length, height: yaxis._length };
  }

  // Pixels of all background points, kept until the axes change.
  get points() {
    if (!this.pixels) {
      const { xaxis, yaxis } = this.plot._fullLayout;
      this.pixels = {
        x: this.x.values.map((value) => xaxis._offset + xaxis.d2p(value)),
        y: this.y.values.map((value) => yaxis._offset + yaxis.d2p(value)),
      };
    }
    return this.pixels;
  }

  nearest(left, top, radius) {
    const { x, y } = this.points;
    let [best, row] = [radius * radius, -1];
    for (let i = 0; i < x.length; i++) {
      const distance = (x[i] - left) ** 2 + (y[i] - top) ** 2;
      if (distance < best) [best, row] = [distance, i];
    }
    return row;
  }

  inside([left, top, right, bottom]) {
    const { x, y } = this.points;
    const keys = new Set();
    for (let i = 0; i < x.length; i++) {
      if (x[i] >= left && x[i] <= right && y[i] >= top && y[i] <= bottom) keys.add(this.lab.background.keys[i]);
    }
    return keys;
  }

  summary() {
    const { lab, x, y } = this;
    const { background, data } = lab;
    const onFront = (background.standing[x.axis.metric] ?? []).filter((s) => s === 2).length;
    const parts = [`${y.metric?.label} against ${x.metric?.label}: ${background.keys.length} points, ${onFront} on the front.`];
    if (data.current) {
      const of = ({ metric, axis }) => text(metric?.style, ...(data.current.figures[axis.metric] ?? []));
      parts.push(`Current, ${data.current.label}: ${of(y)}, ${of(x)}.`);
    }
    return parts.join(" ");
  }

  clear() {
    if (this.wired) window.Plotly.purge(this.plot);
    this.wired = false;
    this.pixels = null;
  }

  destroy() {
    this.unlisten();
    this.clear();
  }
}

// Words around the panels: what is awaited, the tools, and which sign means what.

import { Hints, word } from "./hints.js";
import { inPoints } from "./lost.js";
import { ramp } from "./painted.js";
import { Roving } from "./roving.js";
import { escaped, icon } from "./signs.js";

const TOOLS = [
  ["zoom", "Zoom", "Drag to zoom, double-click to see all"],
  ["select", "Select", "Drag a box; the same points light up in all three plots (also: hold Shift). By keyboard, on a plot: Shift with the arrows, A for all in view, or B for a box: arrows move it, Shift with them resizes it, Enter keeps it, Escape leaves it"],
];
const LOST = "Upright: points lost against the original, stretched where little is lost; off: the plain values";

export class Legend {
  constructor(lab) {
    this.lab = lab;
    this.state = lab.root.querySelector(".lab-status");
    this.state.innerHTML = `<span class="lab-words"></span><span class="lab-tools"></span>`;
    [this.said, this.buttons] = this.state.children;
    this.signs = Object.assign(document.createElement("div"), { className: "lab-legend" });
    lab.root.append(this.signs);
    this.hints = new Hints(lab);
    this.buttons.addEventListener("click", (event) => this.pressed(event.target.closest("button")?.dataset.tool));
    this.tools();
  }

  pressed(tool) {
    const { lab } = this;
    if (tool === "all") lab.showAll(!lab.ranges.whole);
    else if (tool === "take") return lab.taking.turn();
    else if (tool === "lost") lab.turn(lab.y.scale === "lost" ? "linear" : "lost");
    else if (tool === "clear") lab.select(new Set());
    else if (tool) lab.setMode(lab.mode === tool ? "look" : tool);
    this.tools();
  }

  tools() {
    const { lab } = this;
    const buttons = TOOLS.map(([id, name, help]) => button(id, name, help, lab.mode === id));
    buttons.push(button("all", "All points", "See every point, even those far below the original", lab.ranges.whole));
    buttons.push(button("take", "Take away \u25be", "Copy the link; save a plot as a picture, the points as a table", lab.taking?.isOpen ?? false, "haspopup=\"menu\" aria-expanded"));
    if (lab.y?.original !== null && inPoints(lab.y?.metric)) buttons.unshift(button("lost", "Points lost", LOST, lab.y.scale === "lost"));
    if (lab.selected.size) buttons.unshift(button("clear", `${lab.selected.size} selected \u2715`, "Clear the selection"));
    const focused = this.buttons.querySelector(":focus")?.dataset.tool;
    this.buttons.innerHTML = buttons.join("");
    if (focused) (this.buttons.querySelector(`[data-tool="${focused}"]`) ?? this.buttons.firstElementChild).focus();
  }

  status() {
    const { pending } = this.lab.data;
    const words = pending ? `<i class="lab-dot"></i>${escaped(pending)}` : escaped(this.lab.hover?.hint() ?? "");
    if (this.said.innerHTML !== words) this.said.innerHTML = words;
  }

  draw() {
    const { background, theme } = this.lab;
    const present = Object.keys(background.signs).filter((name) => name !== "refused" && background.techniques.includes(name));
    const item = (picture, words, term = words) => word(`${picture}${escaped(words)}`, background.hints[term]);
    const items = present.map((name) => item(icon(background.signs[name], theme.dark), background.signs[name].label));
    const any = { symbol: "circle", light: theme.muted, dark: theme.muted };
    const standings = new Set(Object.values(background.standing).flat());
    if (background.bundled.includes(1)) items.push(item(icon(any, theme.dark, { hollow: true }), "hollow: bundled", "bundled"));
    if (background.bundled.includes(0)) items.push(item(icon(any, theme.dark), "filled: measured here", "measured here"));
    if (Object.keys(background.modelled).length) items.push(item(line("lab-bar lab-modelled"), "modelled"));
    if (Object.keys(background.elsewhere).length) items.push(item(icon({ symbol: "square", light: theme.text, dark: theme.text }, theme.dark, { hollow: true }), "in a square: measured elsewhere", "measured elsewhere"));
    if (standings.has(2)) items.push(item(line("lab-front"), "Pareto front"));
    if (standings.has(1)) items.push(item(icon(any, theme.dark, { outlined: theme.text }), "outlined: perhaps on it", "perhaps on the front"));
    if (Object.keys(background.refused).length) items.push(item(icon(background.signs.refused, theme.dark), background.signs.refused.label));
    const { decided } = this.lab.data;
    for (const [kind, scale] of Object.entries(this.lab.scales ?? {})) {
      const words = scale && `${kind === "size" ? "size: " : ""}${scale.metric.label}, ${scale.words.join(" to ")}`;
      if (scale) items.push(word(`${kind === "colour" ? ramp(scale, theme.dark, "lab-ramp") : ""}${escaped(words)}`, scale.metric.help));
    }
    if (decided?.choice) items.push(word(`${ring("lab-choice-ring")}take this`, background.hints["take this"]));
    if (decided?.ties.length) items.push(word(`${ring("lab-tie-ring")}ties with it`, background.hints.tie));
    if (this.written !== (this.written = items.join(""))) this.signs.innerHTML = this.written; // words that stay keep the focus
    this.stops();
    this.tools();
  }

  // The axes' titles are one tab stop, the signs another; while presenting, the arrow keys have something else to do.
  stops() {
    if (this.lab.presenting) return;
    this.roving ??= [this.lab.row, this.signs].map((box) => new Roving(box, () => 1));
    for (const roving of this.roving) roving.reset();
  }
}

function button(id, name, help, pressed, kind = "pressed") {
  const state = pressed === undefined ? "" : ` aria-${kind}="${pressed}"`;
  return `<button type="button" data-tool="${id}" title="${escaped(help)}"${state}>${escaped(name)}</button>`;
}

const line = (name) => `<svg class="lab-icon" width="18" height="14" aria-hidden="true"><path class="${name}" d="M1,7H17"/></svg>`;

const ring = (name) => `<svg class="lab-icon" width="16" height="14" aria-hidden="true"><circle class="${name}" cx="8" cy="7" r="5.5"/></svg>`;

// The layers as a row of blocks in their devices' colours, and the cuts between them, moved by hand or by keys.

import { html } from "../common/elements.js";
import { text } from "../../plots/format.js";

const NARROWEST = 7; // px of a block, were its share ever so small
const LETTER = 6.4; // px of a name's letter, about
const LEVEL = 15; // px of one row of the links' labels
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

export class Strip {
  // `moved(cuts, isOver)` hears of every step, and when the hand has let go.
  constructor(moved) {
    this.moved = moved;
    this.blocks = html("div", "slice-blocks");
    this.blocks.setAttribute("aria-hidden", "true"); // the tables say the same, and the cuts say where they stand
    this.tokens = html("div", "slice-tokens");
    this.tokens.setAttribute("aria-hidden", "true");
    this.handles = [];
    this.root = html("div", "slice-strip", this.blocks, this.tokens);
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "Layers from input to output, and the cuts between them");
  }

  draw(data, plan, by, width) {
    Object.assign(this, { data, plan });
    this.edges = edges(data.layers.map((layer) => layer[by]), width);
    this.blocks.replaceChildren(...data.layers.map((layer, at) => this.block(layer, at, plan.stages.find((stage) => at < stage.end))));
    while (this.handles.length > plan.cuts.length) this.handles.pop().remove();
    while (this.handles.length < plan.cuts.length) this.handles.push(this.handle(this.handles.length));
    this.place(width);
  }

  block(layer, at, { device, shards }) {
    const width = this.edges[at + 1] - this.edges[at];
    const short = layer.name.split(".").pop();
    const name = [layer.name, short].find((words) => words.length * LETTER + 10 < width) ?? "";
    const number = (of) => (width > 16 ? `${of + 1}` : "");
    const shares = Array.from({ length: shards }, (_, shard) => html("span", `slice-device-${(device + shard) % 8}`, html("b", "", shards < 4 ? number(device + shard) : ""), shard ? "" : name));
    const block = html("div", "slice-block", ...(shards > 1 ? shares : [html("b", "", number(device)), html("span", "", name)]));
    block.classList.add(shards > 1 ? "slice-shared" : `slice-device-${device % 8}`);
    if (this.plan.cuts.includes(at)) block.classList.add("slice-behind-cut");
    block.title = `${layer.name}: ${text("ms", layer.ms)} (modelled), ${text("bytes", layer.weight_bytes)} of weights`;
    Object.assign(block.style, { left: `${this.edges[at]}px`, width: `${width}px` });
    return block;
  }

  handle(at) {
    const handle = html("div", "slice-cut", html("span", "slice-sent"), html("i", "slice-line"));
    handle.onkeydown = (event) => this.pressed(event, at);
    handle.onpointerdown = (event) => this.taken(event, at, handle);
    this.root.append(handle);
    return handle;
  }

  place(width) {
    const labels = new Labels(width);
    this.plan.cuts.forEach((cut, at) => {
      const handle = this.handles[at];
      const sent = text("bytes", this.data.points[cut - 1].sent_bytes * this.plan.stages[at + 1].shards);
      this.describe(handle, at, `behind ${this.data.layers[cut - 1].name}`, sent);
      handle.style.left = `${this.edges[cut]}px`;
      const { shift, level } = labels.at(this.edges[cut], sent);
      const [label] = handle.children;
      label.textContent = sent;
      label.style.transform = `translate(calc(-50% + ${shift}px), ${-level * LEVEL}px)`;
    });
    this.root.style.setProperty("--labels", `${6 + labels.levels * LEVEL}px`);
  }

  // For those who listen, and for the mouse that rests on it. Where layers are shared out, a cut can't be moved.
  describe(handle, at, where, sent) {
    handle.classList.toggle("slice-fixed", this.data.is_shared);
    if (this.data.is_shared) {
      for (const name of handle.getAttributeNames()) if (name.startsWith("aria-") || ["role", "tabindex"].includes(name)) handle.removeAttribute(name);
      handle.title = `${where}: ${sent} an example`;
      return;
    }
    const [low, high] = this.bounds(at);
    const values = { label: `Cut between devices ${at + 1} and ${at + 2}`, valuemin: low, valuemax: high, valuenow: this.plan.cuts[at], valuetext: `${where}, sends ${sent}` };
    for (const [name, value] of Object.entries(values)) handle.setAttribute(`aria-${name}`, value);
    handle.setAttribute("role", "slider");
    handle.tabIndex = 0;
    handle.title = `Cut ${where}: ${sent} an example. Drag it, or focus it and press the arrow keys.`;
  }

  bounds(at) {
    const { cuts } = this.plan;
    return [(cuts[at - 1] ?? 0) + 1, (cuts[at + 1] ?? this.data.layers.length) - 1];
  }

  pressed(event, at) {
    const [low, high] = this.bounds(at);
    const to = { Home: low, End: high }[event.key] ?? this.plan.cuts[at] + STEPS[event.key];
    if (Number.isNaN(to) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // the page would scroll
    this.move(at, to, false);
  }

  taken(event, at, handle) {
    if (event.button || this.data.is_shared) return;
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    const before = [...this.plan.cuts];
    const left = this.root.getBoundingClientRect().left;
    handle.onpointermove = ({ clientX }) => this.move(at, nearest(this.edges, clientX - left), null);
    handle.onlostpointercapture = () => {
      handle.onpointermove = handle.onlostpointercapture = null;
      if (before.join() !== this.plan.cuts.join()) this.moved(this.plan.cuts, true);
    };
  }

  // `isOver`: false for a key, which another may follow; null while the hand still holds the cut.
  move(at, to, isOver) {
    const [low, high] = this.bounds(at);
    const cut = Math.min(Math.max(to, low), high);
    if (cut !== this.plan.cuts[at]) this.moved(this.plan.cuts.map((each, place) => (place === at ? cut : each)), isOver);
  }

  // Tokens of the examples that are under way, each within its device's part of the strip.
  show(examples) {
    this.tokens.replaceChildren(...examples.map(({ example, place, share }) => {
      const { first, end, device } = this.plan.stages[place];
      const [from, to] = [this.edges[first], this.edges[end]];
      const token = html("span", `slice-token slice-device-${device % 8}`, `${example + 1}`);
      token.style.left = `${Math.min(Math.max(from + share * (to - from), 10), this.edges[this.edges.length - 1] - 10)}px`;
      return token;
    }));
  }
}

// Where labels stand that would cover each other: one row higher.
class Labels {
  constructor(width) {
    Object.assign(this, { width, ends: [] });
  }

  get levels() {
    return Math.max(1, this.ends.length);
  }

  at(x, words) {
    const half = (words.length * LETTER) / 2 + 4;
    const centre = Math.min(Math.max(x, half), this.width - half);
    let level = this.ends.findIndex((end) => end < centre - half);
    if (level < 0) level = this.ends.length;
    this.ends[level] = centre + half;
    return { shift: centre - x, level };
  }
}

function edges(values, width) {
  const total = values.reduce((sum, value) => sum + value, 0) || 1;
  const room = Math.max(0, width - NARROWEST * values.length);
  let at = 0;
  return [0, ...values.map((value) => (at += NARROWEST + (room * value) / total))];
}

function nearest(edges, x) {
  return edges.reduce((best, edge, place) => (Math.abs(edge - x) < Math.abs(edges[best] - x) ? place : best), 0);
}

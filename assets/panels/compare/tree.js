// The tree of recipes: a box a model, its step and its figures; drawn as SVG, walked by arrow keys, and linked with the
// plots of the page: what is pointed at in one is marked in the other.

import { colorOf, shape } from "../../plots/signs.js";

const WIDE = 212, GAP = 30, HIGH = 40, ROW = 48, PAD = 6;
const SVG = "http://www.w3.org/2000/svg";

const make = (name, attributes = {}, ...children) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

export class Tree {
  constructor(parent) {
    this.root = Object.assign(document.createElement("div"), { className: "lab-tree" });
    this.root.dataset.tree = "";
    parent.append(this.root);
    this.root.addEventListener("click", (event) => this.pick(this.indexOf(event.target)));
    this.root.addEventListener("pointerover", (event) => this.point(this.indexOf(event.target)));
    this.root.addEventListener("pointerleave", () => this.point(-1));
    this.root.addEventListener("focusin", (event) => this.point(this.indexOf(event.target)));
    this.root.addEventListener("focusout", () => this.point(-1));
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.told = (event) => this.mark("lab-node-pointed", (node) => node.key === event.detail);
    document.addEventListener("lab-hover", this.told);
  }

  receive({ data, setTriggerValue }) {
    this.tell = setTriggerValue;
    this.data = data;
    const drawn = JSON.stringify([data.nodes, data.dark]);
    if (drawn !== this.drawn) this.draw();
    this.drawn = drawn;
    this.mark("lab-node-current", (node) => node.key === data.current);
    const chosen = new Set(data.selected);
    this.mark("lab-node-chosen", (node) => chosen.has(node.key));
    this.boxes.forEach((box, at) => box.setAttribute("aria-selected", String(data.nodes[at].key === data.current)));
    const at = data.nodes.findIndex((node) => node.key === data.current);
    this.rove(Math.max(0, at));
    if (at >= 0 && this.current !== (this.current = data.current)) this.reveal(at);
  }

  draw() {
    const { nodes } = this.data;
    let row = -1;
    this.places = nodes.map((node, at) => {
      if (at === 0 || node.parent !== at - 1) row += 1; // a first child stands beside its parent
      return [PAD + node.depth * (WIDE + GAP), PAD + Math.max(0, row) * ROW];
    });
    const width = Math.max(...this.places.map(([x]) => x)) + WIDE + PAD;
    const height = Math.max(...this.places.map(([, y]) => y)) + HIGH + PAD;
    const svg = make("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "tree", "aria-label": "Tree of recipes", fill: "currentColor" });
    const edges = nodes.map((node, at) => (node.parent < 0 ? "" : this.edge(node.parent, at)));
    svg.append(make("path", { d: edges.join(""), class: "lab-edge", "aria-hidden": "true" })); // one, or shared lines would darken
    this.boxes = nodes.map((node, at) => this.box(node, at));
    svg.append(...this.boxes);
    this.root.replaceChildren(svg);
  }

  edge(parent, at) {
    const [x0, y0] = this.places[parent], [x1, y1] = this.places[at];
    const [a, b, middle] = [y0 + HIGH / 2, y1 + HIGH / 2, x1 - GAP / 2];
    return a === b ? `M${x0 + WIDE},${a}H${x1}` : `M${middle},${a}V${b}H${x1}`;
  }

  box(node, at) {
    const [x, y] = this.places[at];
    const line = (text, dy, name) => {
      const short = text.length > 32 ? `${text.slice(0, 31)}…` : text;
      const element = make("text", { x: 24, y: dy, class: name });
      element.textContent = short;
      return element;
    };
    const title = make("title");
    title.textContent = node.title;
    const sign = this.data.signs[node.technique] ?? this.data.signs.chain;
    const color = colorOf(sign, this.data.dark);
    const mark = make("path", { d: shape(sign.symbol, 5), transform: `translate(13,${HIGH / 2})`, fill: node.known ? color : "none", stroke: color });
    const box = make(
      "g", { transform: `translate(${x},${y})`, role: "treeitem", "aria-level": node.depth + 1, "aria-label": node.title, tabindex: -1, "data-at": at, "data-key": node.key, class: node.known ? "lab-node" : "lab-node lab-unmeasured" },
      title, make("rect", { width: WIDE, height: HIGH, rx: 7 }), mark, line(node.label, 17, "lab-tree-step"), line(node.figures, 33, "lab-tree-figures"),
    );
    return box;
  }

  // Scroll the tree alone: the page stays where it is.
  reveal(at) {
    const [x, y] = this.places[at];
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = this.root;
    if (y < scrollTop || y + HIGH > scrollTop + clientHeight) this.root.scrollTop = y - clientHeight / 2;
    if (x < scrollLeft || x + WIDE > scrollLeft + clientWidth) this.root.scrollLeft = Math.max(0, x + WIDE + PAD - clientWidth);
  }

  indexOf(target) {
    const box = target.closest?.("[data-at]");
    return box ? Number(box.dataset.at) : -1;
  }

  pick(at) {
    const node = this.data.nodes[at];
    if (node?.known) this.tell("picked", node.key);
  }

  // Ring the model in the plots; -1 takes the ring away.
  point(at) {
    const lab = document.querySelector("[data-plots]")?.lab;
    if (!lab?.background || at === this.pointed) return;
    this.pointed = at;
    const row = at < 0 ? -1 : lab.background.keys.indexOf(this.data.nodes[at].key);
    lab.hover.at(lab.panels[0], row);
  }

  mark(name, isMarked) {
    this.boxes?.forEach((box, at) => box.classList.toggle(name, isMarked(this.data.nodes[at])));
  }

  rove(at) {
    this.boxes.forEach((box, each) => box.setAttribute("tabindex", each === at ? 0 : -1));
  }

  key(event) {
    const at = this.indexOf(event.target);
    if (at < 0) return;
    const { nodes } = this.data;
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      ArrowLeft: nodes[at].parent,
      ArrowRight: nodes[at + 1]?.parent === at ? at + 1 : at,
      Home: 0,
      End: nodes.length - 1,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      const next = Math.min(Math.max(to, 0), nodes.length - 1);
      this.rove(next);
      this.boxes[next].focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
      this.pick(at);
    }
  }

  remove() {
    document.removeEventListener("lab-hover", this.told);
    this.root.remove();
  }
}

const trees = new WeakMap();

export default function draw(component) {
  const parent = component.parentElement;
  if (!trees.has(parent)) trees.set(parent, new Tree(parent));
  trees.get(parent).receive(component);
  return () => {
    trees.get(parent)?.remove();
    trees.delete(parent);
  };
}

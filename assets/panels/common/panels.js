// Entry of the panels' pictures: one Place per component, which keeps what Python sent and follows the page's slider.

import { readTheme } from "../../plots/theme.js";
import { ChannelsView } from "../channels/channels.js";
import { ComparisonView } from "../pruning/comparison.js";
import { RankingView } from "../pruning/ranking.js";
import { FlipsView } from "../representation/flips.js";
import { AttackView } from "../robustness/attack.js";
import { SensorView } from "../robustness/sensor.js";
import { BlocksView } from "../search/blocks.js";
import { style } from "./elements.js";
import { Follow } from "./follow.js";
import { MatrixView } from "./matrix.js";

// By the name that `pages/parts/panels/common/picture.py` asks for: a class made with the component's root and its
// Place. `draw(content, width)` builds the picture of the part "main", which says in `levels` at which positions of
// the knob it can stand; `show(content, at, value)` moves it to the `at`-th of them, and reads further parts from the
// Place. A view lies in its family's folder beside this one; those of several families lie here.
const VIEWS = {
  ranking: RankingView,
  comparison: ComparisonView,
  matrix: MatrixView,
  channels: ChannelsView,
  attack: AttackView,
  sensor: SensorView,
  flips: FlipsView,
  blocks: BlocksView,
};
const KEPT = 12; // parts kept, for layers that are left and come back

const places = new WeakMap();
const parts = new Map(); // what was sent, by version
const styled = style(new URL("./panels.css", import.meta.url));

export default function render(component) {
  const parent = component.parentElement;
  if (!places.has(parent)) places.set(parent, new Place(parent, VIEWS[component.data.view]));
  places.get(parent).receive(component);
  // Streamlit also calls this for a render that a newer one overtook: then the place is still there.
  return () => setTimeout(() => parent.isConnected || places.get(parent)?.destroy());
}

class Place {
  constructor(parent, View) {
    this.root = Object.assign(document.createElement("div"), { className: "insight" });
    parent.append(this.root);
    this.view = new View(this.root, this);
    this.follow = new Follow(() => this.show());
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.root);
  }

  receive({ data, setTriggerValue }) {
    this.tell = setTriggerValue;
    for (const [name, content] of Object.entries(data.sent)) keep(data.versions[name], content);
    const missing = Object.values(data.versions).filter((version) => !parts.has(version));
    if (missing.length && this.asked !== missing.join()) this.tell("need", missing.join());
    this.asked = missing.join();
    this.data = data;
    styled.then(() => this.draw());
  }

  part(name) {
    return parts.get(this.data?.versions[name]);
  }

  // Draw anew what depends on contents, theme and width; then what depends on the slider.
  draw() {
    const content = this.part("main");
    const width = Math.floor(this.root.clientWidth);
    if (!content || !width) return;
    this.theme = readTheme(this.root);
    const drawn = JSON.stringify([this.data.versions, this.theme.name, width, devicePixelRatio]);
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      this.view.draw(content, width);
    }
    this.show();
  }

  show() {
    const content = this.part("main");
    if (!content?.levels || !this.drawn) return;
    const value = this.follow.value(this.data.knob) ?? this.data.at;
    this.root.dataset.at = value;
    this.view.show(content, nearest(content.levels, value), value);
  }

  destroy() {
    this.follow.destroy();
    this.sizes.disconnect();
  }
}

function keep(version, content) {
  parts.delete(version);
  parts.set(version, content);
  for (const oldest of [...parts.keys()].slice(0, -KEPT)) parts.delete(oldest);
}

function nearest(levels, value) {
  return levels.reduce((best, level, place) => (Math.abs(level - value) < Math.abs(levels[best] - value) ? place : best), 0);
}

// One model on several devices: the strip that is cut, what each device then does, and how the pipeline fills.
// The figures follow the hand; the script hears of a cut when the hand lets go.

import { html, say, style } from "../common/elements.js";
import { text } from "../../plots/format.js";
import { cards } from "./devices.js";
import { Pipeline } from "./pipeline.js";
import { planned } from "./plan.js";
import { Strip } from "./strip.js";

const SOON_MS = 450; // after a key: another one may follow
const WIDTHS = { ms: "CPU time", weight_bytes: "weights" };

const FROM = { modelled: "Modelled", shipped: "By shipped times of layers", measured: "By times of layers measured here" };

const views = new WeakMap();
const styled = style(new URL("./slicing.css", import.meta.url));

export default function render(component) {
  const parent = component.parentElement;
  if (!views.has(parent)) views.set(parent, new View(parent));
  views.get(parent).receive(component);
  return () => setTimeout(() => parent.isConnected || views.get(parent)?.destroy());
}

class View {
  constructor(parent) {
    this.by = "ms";
    this.words = html("p", "slice-words");
    this.words.setAttribute("aria-live", "polite");
    this.strip = new Strip((cuts, isOver) => this.moved(cuts, isOver));
    this.cards = html("div", "slice-cards");
    this.legend = html("div", "slice-legend");
    this.pipeline = new Pipeline((examples) => this.strip.show(examples));
    this.best = html("button", "slice-button slice-best", "Best cuts");
    this.best.type = "button";
    this.best.onclick = () => (this.data.is_shared ? this.hear("unshared", true) : this.tell([]));
    this.state = html("span", "slice-note");
    const row = html("div", "slice-row", this.chooser(), html("span", "slice-row", this.state, this.best));
    this.root = html("div", "slice", this.words, row, this.strip.root, this.legend, this.cards, this.pipeline.root);
    parent.append(this.root);
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.root);
  }

  // What a block's width stands for.
  chooser() {
    const buttons = Object.entries(WIDTHS).map(([by, name]) => {
      const button = html("button", "slice-choice", name);
      button.type = "button";
      button.setAttribute("aria-pressed", by === this.by);
      button.onclick = () => {
        this.by = by;
        for (const each of buttons) each.setAttribute("aria-pressed", each === button);
        this.draw();
      };
      return button;
    });
    const group = html("span", "slice-choices", html("span", "slice-note", "Width:"), ...buttons);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "What the width of a block stands for");
    return group;
  }

  receive({ data, setTriggerValue }) {
    this.hear = setTriggerValue;
    if (data.version === this.data?.version) return;
    const isSame = this.data && data.cuts.length === this.cuts.length && data.layers.length === this.data.layers.length;
    this.data = data;
    if (!this.waiting || !isSame) this.cuts = data.cuts; // else the hand has moved on
    styled.then(() => this.draw());
  }

  moved(cuts, isOver) {
    this.cuts = cuts;
    this.draw();
    clearTimeout(this.waiting);
    this.waiting = null;
    if (isOver) this.tell(cuts);
    else if (isOver === false) this.waiting = setTimeout(() => this.tell(cuts), SOON_MS);
  }

  tell(cuts) {
    clearTimeout(this.waiting);
    this.waiting = null;
    this.hear("cuts", cuts.join("+"));
  }

  draw() {
    const width = Math.floor(this.root.clientWidth);
    if (!this.data || !width) return;
    const drawn = JSON.stringify([this.data.version, this.cuts, this.by, width]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const { data } = this;
    const plan = planned(data, this.cuts);
    this.strip.draw(data, plan, this.by, width);
    this.cards.replaceChildren(...cards(data, plan));
    this.pipeline.draw(plan, width);
    say(this.words, sentence(data, plan));
    this.legend.replaceChildren(...legend(data));
    const isBest = !data.by_hand && this.cuts.join() === data.cuts.join();
    this.state.textContent = `${data.is_shared ? "Layers shared out, best" : isBest ? "Best" : "Cut by hand"}${isBest ? ` for ${data.objective}` : ""}`;
    this.best.textContent = data.is_shared ? "Cut between layers only" : "Best cuts";
    this.best.disabled = isBest && !data.is_shared;
    this.root.dataset.planned = data.planned.join("+");
  }

  destroy() {
    clearTimeout(this.waiting);
    this.pipeline.pause();
    this.sizes.disconnect();
  }
}

function sentence(data, plan) {
  const ms = (value) => text("ms", value);
  const [latency, every, whole] = [plan.latency, plan.slowest.ms, data.whole_ms];
  if (plan.devices.length < 2) return `*One device* holds the whole model: an answer takes ${ms(latency)}, and the next one begins after it. ${FROM[data.times]}.`;
  const where = plan.slowest.isLink ? `the link behind ${data.layers[plan.cuts[plan.slowest.at] - 1].name}` : `device ${plan.slowest.at + 1}`;
  const gain = whole / every;
  const often = gain > 1.005 ? `${text("ratio", gain)} as often as from one device` : `which one device alone does every ${ms(whole)}`;
  const full = plan.inFlight > 1 ? `up to ${plan.inFlight} are in flight` : "only one is in flight";
  const leaves = gain > 1.005 ? `But *${full}*, so an answer leaves every *${ms(every)}*` : `Though ${full}, an answer leaves only every *${ms(every)}*`;
  if (latency < whole) return `*One answer comes sooner*: ${ms(latency)}, against ${ms(whole)} on one device, for shares of a layer are computed side by side. And ${full}: an answer leaves every *${ms(every)}*, ${often}; ${where} sets the pace. ${FROM[data.times]}.`;
  return `*One answer comes no sooner*: ${ms(latency)}, against ${ms(whole)} on one device. ${leaves}, ${often}; ${where} sets the pace. ${FROM[data.times]}.`;
}

function legend(data) {
  const sign = (name, words) => html("span", "", html("i", `slice-sign ${name}`), words);
  const cap = data.cap_bytes ? [sign("slice-cap-sign", `memory of a device: ${text("bytes", data.cap_bytes)}`)] : [];
  return [sign("slice-weights", "weights"), sign("slice-activations", "activations"), ...cap, sign("slice-token-sign", "an example under way"), html("span", "", "above a cut: what is sent there for each example")];
}

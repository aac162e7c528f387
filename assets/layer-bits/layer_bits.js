// One slider per layer; bytes, mean bits and error are added up here, so that they follow the hand at once.

const editors = new WeakMap();

export default function render(component) {
  const parent = component.parentElement;
  if (!editors.has(parent)) editors.set(parent, new Editor(parent));
  editors.get(parent).receive(component);
}

class Editor {
  constructor(parent) {
    this.root = Object.assign(document.createElement("div"), { className: "lb" });
    parent.appendChild(this.root);
  }

  receive({ data, setStateValue }) {
    this.tell = (bits) => setStateValue("bits", bits);
    if (this.version === data.version) return;
    this.version = data.version;
    this.data = data;
    this.places = data.layers.map((layer) => nearest(data.bits, data.chosen[layer.path]));
    this.root.replaceChildren(this.head(), ...data.layers.map((layer, row) => this.row(layer, row)), this.foot());
    data.layers.forEach((_, row) => this.show(row));
    this.total();
  }

  head() {
    return fill("div", "lb-row lb-head", [
      text("span", "", "Layer"), text("span", "", "Bits"), text("span", "", ""), text("span", "lb-number", "Bytes"),
    ]);
  }

  row(layer, row) {
    const slider = Object.assign(document.createElement("input"), {
      type: "range", min: 0, max: this.data.bits.length - 1, step: 1, value: this.places[row],
    });
    slider.setAttribute("aria-label", `Bits of ${layer.path}`);
    slider.oninput = () => {
      this.places[row] = Number(slider.value);
      this.show(row);
      this.total();
    };
    slider.onchange = () => this.tell(this.chosen());
    const name = text("span", "lb-name", layer.path);
    name.title = `${layer.path}: ${layer.values.toLocaleString("en")} weights`;
    name.appendChild(text("small", "", `${layer.values.toLocaleString("en")} weights`));
    const bar = fill("span", "lb-bar", [text("i", "", "")]);
    const control = fill("span", "lb-control", [slider, text("b", "", "")]);
    return fill("div", "lb-row", [name, control, bar, text("span", "lb-number", "")]);
  }

  foot() {
    const foot = text("div", "lb-total", "");
    foot.setAttribute("aria-live", "polite");
    return foot;
  }

  show(row) {
    const layer = this.data.layers[row];
    const place = this.places[row];
    const line = this.root.children[row + 1];
    const largest = Math.max(...this.data.layers.map((other) => Math.max(...other.bytes)));
    line.querySelector("b").textContent = this.data.bits[place];
    line.querySelector("input").setAttribute("aria-valuetext", `${this.data.bits[place]} bits`);
    line.querySelector("i").style.width = `${(100 * layer.bytes[place]) / largest}%`;
    line.lastChild.textContent = layer.bytes[place].toLocaleString("en");
  }

  total() {
    const { layers, bits, other_bytes, uniform } = this.data;
    const add = (value) => layers.reduce((sum, layer, row) => sum + value(layer, this.places[row]), 0);
    const bytes = other_bytes + add((layer, place) => layer.bytes[place]);
    const error = add((layer, place) => layer.errors[place]);
    const mean = add((layer, place) => layer.values * bits[place]) / add((layer) => layer.values);
    const compared = `${words(error / uniform.error)} ${uniform.bits} bits everywhere`;
    this.root.lastChild.replaceChildren(
      text("strong", "", `${(bytes / 1000).toFixed(1)} kB`), text("span", "", `${mean.toFixed(2)} bits on average`),
      text("span", "", `${compared} (${(uniform.bytes / 1000).toFixed(1)} kB)`),
    );
  }

  chosen() {
    return Object.fromEntries(this.data.layers.map((layer, row) => [layer.path, this.data.bits[this.places[row]]]));
  }
}

function nearest(bits, wanted) {
  return bits.reduce((best, value, place) => (Math.abs(value - wanted) < Math.abs(bits[best] - wanted) ? place : best), 0);
}

function words(ratio) {
  if (Math.abs(ratio - 1) < 0.005) return "the same error as";
  if (ratio < 1) return `${Math.round(100 * (1 - ratio))} % less error than`;
  if (ratio < 2) return `${Math.round(100 * (ratio - 1))} % more error than`;
  return `${ratio.toFixed(ratio < 9.95 ? 1 : 0)}x the error of`;
}

function text(tag, className, content) {
  return Object.assign(document.createElement(tag), { className, textContent: content });
}

function fill(tag, className, children) {
  const element = Object.assign(document.createElement(tag), { className });
  element.append(...children);
  return element;
}

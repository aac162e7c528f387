// One bar per layer, dragged or moved by keys over a curve of what it costs; totals are added up here, so that they
// follow the hand at once. The script hears of a move when the hand lets go.

const editors = new WeakMap();

export default function render(component) {
  const parent = component.parentElement;
  if (!editors.has(parent)) editors.set(parent, new Editor(parent));
  editors.get(parent).receive(component);
}

class Editor {
  constructor(parent) {
    this.root = fill("div", "lb", [text("div", "lb-total", ""), text("div", "lb-rows", "")]);
    [this.foot, this.body] = this.root.children;
    this.foot.setAttribute("aria-live", "polite");
    parent.appendChild(this.root);
  }

  receive({ data, setStateValue }) {
    this.tell = (chosen) => setStateValue("chosen", chosen);
    if (this.version === data.version) return;
    this.version = data.version;
    this.data = data;
    this.places = data.rows.map((row) => nearest(row.settings, row.chosen));
    this.lines = data.rows.map((row, at) => this.line(row, at));
    this.body.replaceChildren(this.head(), ...this.lines.map((line) => line.root));
    data.rows.forEach((_, at) => this.show(at));
    this.total();
  }

  head() {
    const [name, setting, cost] = this.data.heads;
    return fill("div", "lb-row lb-head", [
      text("span", "", name), text("span", "", setting), text("span", "lb-number", ""), text("span", "lb-number", cost),
    ]);
  }

  line(row, at) {
    const slider = Object.assign(document.createElement("input"), {
      type: "range", min: 0, max: row.settings.length - 1, step: 1, value: this.places[at],
    });
    slider.setAttribute("aria-label", `${this.data.words.setting} of ${row.name}`);
    slider.oninput = () => {
      this.places[at] = Number(slider.value);
      this.show(at);
      this.total();
    };
    slider.onchange = () => this.tell(this.chosen());
    const name = text("span", "lb-name", row.name);
    name.appendChild(text("small", "", row.note));
    name.title = `${row.name}: ${row.note}`;
    const bar = text("i", "", "");
    const thumb = text("b", "", "");
    const track = fill("span", "lb-track", [drawing(row.heights), fill("span", "lb-fill", [bar, thumb]), slider]);
    const setting = text("span", "lb-number lb-setting", "");
    const cost = text("span", "lb-number", "");
    return { root: fill("div", "lb-row", [name, track, setting, cost]), slider, bar, thumb, setting, cost, track };
  }

  show(at) {
    const row = this.data.rows[at];
    const place = this.places[at];
    const line = this.lines[at];
    const share = `${(100 * place) / Math.max(row.settings.length - 1, 1)}%`;
    const words = this.setting(row.settings[place]);
    line.bar.style.width = share;
    line.thumb.style.left = share;
    line.setting.textContent = words;
    line.slider.setAttribute("aria-valuetext", `${words} ${this.data.words.unit}`);
    line.track.title = `${words} ${this.data.words.unit}: ${this.data.words.damage.replace("{}", row.damage[place].toPrecision(2))}`;
    line.cost.textContent = this.cost(row, row.settings[place]);
  }

  setting(value) {
    return this.data.words.percent ? `${Number((100 * value).toFixed(1))} %` : `${value}`;
  }

  cost(row, setting) {
    const sums = this.data.costs.bytes.corners;
    if (sums) return Math.round(between(sums[row.name], setting)).toLocaleString("en");
    return `${Math.round(100 * (1 - setting / Math.max(...row.settings)))} % gone`;
  }

  total() {
    const chosen = this.chosen();
    const parts = this.data.totals.map((total) => this.words(total, chosen)).filter((words) => words);
    this.foot.replaceChildren(...parts.map((words, at) => text(at ? "span" : "strong", "", words)));
  }

  words(total, chosen) {
    const { rows, costs } = this.data;
    const add = (value) => rows.reduce((sum, row, at) => sum + value(row, this.places[at]), 0);
    if (total.kind === "cost") return `${written(costOf(costs[total.cost], chosen), total.style)}${total.words}`;
    if (total.kind === "ratio") return ratio(total.whole / costOf(costs[total.cost], chosen), total.words);
    const damage = add((row, place) => row.damage[place]);
    if (total.kind === "loss") return loss(total, damage);
    const values = add((row) => row.size);
    if (total.kind === "mean") return `${(add((row, place) => row.size * row.settings[place]) / values).toFixed(2)}${total.words}`;
    return `${compared(damage / total.damage)} ${total.words}`;
  }

  chosen() {
    return Object.fromEntries(this.data.rows.map((row, at) => [row.name, row.settings[this.places[at]]]));
  }
}

function costOf(cost, chosen) {
  if (cost.corners) return Object.entries(cost.corners).reduce((sum, [name, corners]) => sum + between(corners, chosen[name]), cost.rest);
  const width = (whole, of) => Object.entries(of).reduce((sum, [name, each]) => sum + each * chosen[name], whole);
  const one = (layer) => width(layer.rows, layer.rows_of) * (width(layer.columns, layer.columns_of) * layer.each + layer.each_row);
  return cost.layers.reduce((sum, layer) => sum + one(layer), cost.rest);
}

// The height at x of straight lines through corners that ascend.
function between(corners, x) {
  const after = corners.findIndex(([at]) => at >= x);
  if (after < 0) return corners[corners.length - 1][1];
  if (after === 0) return corners[0][1];
  const [[x0, y0], [x1, y1]] = corners.slice(after - 1, after + 1);
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

function loss({ table, factor, digits, words }, damage) {
  if (!table.length) return "";
  const least = 10 ** -digits;
  const amount = (value) => `${(factor * value).toFixed(digits)} ${words}`;
  const most = table[table.length - 1];
  if (damage <= most[0] && factor * between(table, damage) < least) return `less than ${least} ${words}`;
  return damage > most[0] ? `more than ${amount(most[1])}` : `about ${amount(between(table, damage))}`;
}

function drawing(heights) {
  const name = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(name, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const points = heights.map((height, at) => `${((100 * at) / Math.max(heights.length - 1, 1)).toFixed(2)},${(97 - 92 * height).toFixed(2)}`);
  for (const [className, d] of [["lb-area", `M0,100L${points.join("L")}L100,100Z`], ["lb-curve", `M${points.join("L")}`]]) {
    const path = document.createElementNS(name, "path");
    path.setAttribute("class", className);
    path.setAttribute("d", d);
    svg.appendChild(path);
  }
  return svg;
}

function nearest(settings, wanted) {
  return settings.reduce((best, value, place) => (Math.abs(value - wanted) < Math.abs(settings[best] - wanted) ? place : best), 0);
}

function written(value, style) {
  if (style === "bytes") return `${(value / 1000).toFixed(1)} kB`;
  if (value < 999.5) return `${Math.round(value)}`;
  return value < 999500 ? `${(value / 1000).toFixed(1)} k` : `${(value / 1e6).toFixed(2)} M`;
}

function ratio(times, words) {
  if (Math.abs(times - 1) < 0.0005) return "the same size";
  const way = times < 1 ? "larger" : words;
  const factor = Math.max(times, 1 / times);
  return factor < 1.05 ? `${percent(Math.abs(1 - 1 / times))} ${way}` : `${factor.toFixed(factor < 9.95 ? 1 : 0)}x ${way}`;
}

function percent(share) {
  return `${Number((100 * share).toPrecision(1))} %`;
}

function compared(times) {
  if (Math.abs(times - 1) < 0.005) return "the same error as";
  if (times < 1) return `${Math.round(100 * (1 - times))} % less error than`;
  if (times < 2) return `${Math.round(100 * (times - 1))} % more error than`;
  return `${times.toFixed(times < 9.95 ? 1 : 0)}x the error of`;
}

function text(tag, className, content) {
  return Object.assign(document.createElement(tag), { className, textContent: content });
}

function fill(tag, className, children) {
  const element = Object.assign(document.createElement(tag), { className });
  element.append(...children);
  return element;
}

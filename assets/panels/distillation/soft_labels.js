// A teacher's answer to one example, reshaped by the temperature while a slider moves: no server is asked.

const PATIENCE = 2000; // ms after a move of the hand in which an older answer of Python's is not believed

const panels = new WeakMap();

export default function render(component) {
  const parent = component.parentElement;
  if (!panels.has(parent)) panels.set(parent, new Panel(parent));
  panels.get(parent).receive(component);
  // Streamlit also calls this for a render that a newer one overtook: then the place is still there.
  return () => setTimeout(() => parent.isConnected || panels.get(parent)?.destroy());
}

// The mean over teachers of softmax(logits / T).
export function soften(logits, temperature) {
  const answers = logits.map((row) => {
    const highest = Math.max(...row);
    const raised = row.map((value) => Math.exp((value - highest) / temperature));
    const sum = raised.reduce((a, b) => a + b, 0);
    return raised.map((value) => value / sum);
  });
  return answers[0].map((_, k) => answers.reduce((sum, row) => sum + row[k], 0) / answers.length);
}

// In bits.
export const entropy = (answer) => answer.reduce((sum, p) => sum - (p > 0 ? p * Math.log2(p) : 0), 0);

// The matrix at a temperature, between those that are listed.
export function between(temperatures, matrices, temperature) {
  const last = temperatures.length - 1;
  const upper = Math.min(last, Math.max(1, temperatures.findIndex((t) => t >= temperature)));
  const [low, high] = [temperatures[upper - 1], temperatures[upper]];
  const share = Math.min(1, Math.max(0, (temperature - low) / (high - low)));
  return matrices[upper - 1].map((row, i) => row.map((value, j) => value + share * (matrices[upper][i][j] - value)));
}

class Panel {
  constructor(parent) {
    this.root = Object.assign(document.createElement("div"), { className: "sl" });
    parent.appendChild(this.root);
    this.movedAt = -Infinity;
    // The page's own slider tells of a move by its attribute, before Python has answered.
    this.moves = new MutationObserver((changes) => changes.forEach(({ target }) => this.knobMoved(target)));
    this.moves.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["value"] });
  }

  destroy() {
    this.moves.disconnect();
  }

  receive({ data, setTriggerValue }) {
    this.use = () => setTriggerValue("use", this.temperature);
    const isNew = this.data?.version !== data.version;
    const isTold = isNew || performance.now() - this.movedAt > PATIENCE;
    if (isTold && data.temperature !== this.knob) this.temperature = this.knob = data.temperature;
    this.data = data;
    if (isNew) this.build();
    this.reshape();
  }

  knobMoved(input) {
    if (input.type !== "range" || !input.closest(".st-key-temperature")) return;
    this.temperature = this.knob = Number(input.value);
    this.movedAt = performance.now();
    this.reshape();
  }

  build() {
    const { examples, range } = this.data;
    this.chosen = Math.max(0, examples.findIndex((example) => example.kind === "ambiguous"));
    const slider = Object.assign(document.createElement("input"), { type: "range", min: range[0], max: range[1], step: range[2] });
    slider.setAttribute("aria-label", "Temperature of the soft labels");
    slider.oninput = () => {
      this.temperature = Number(slider.value);
      this.reshape();
    };
    this.slider = slider;
    this.said = text("b", "", "");
    this.button = Object.assign(text("button", "sl-use", "Train with this temperature"), { type: "button", onclick: () => this.use() });
    this.bars = fill("div", "sl-bars", this.data.classes.map((name) => bar(name)));
    this.words = text("p", "sl-words", "");
    this.words.setAttribute("aria-live", "polite");
    this.view = text("div", "sl-view", "");
    this.grid = grid(this.data.classes);
    this.root.replaceChildren(
      fill("div", "sl-control", [text("span", "", "Temperature"), slider, this.said, this.button]),
      this.strip(),
      fill("div", "sl-main", [this.view, fill("div", "", [legend(), this.bars])]),
      this.words,
      ...this.data.why.map((paragraph) => text("p", "", paragraph)),
      text("p", "sl-title", "What the teacher finds alike"),
      text("p", "sl-note", this.data.alike),
      this.grid.table,
    );
    this.show();
  }

  // The pictures to choose from, by kind.
  strip() {
    const kinds = [...new Set(this.data.examples.map((example) => example.kind))];
    this.buttons = [];
    const groups = kinds.map((kind) => {
      const members = this.data.examples.map((example, row) => [example, row]).filter(([example]) => example.kind === kind);
      const buttons = members.map(([example, row]) => {
        const button = fill("button", "sl-thumb", [drawn(example, this.data.signals)]);
        button.type = "button";
        button.setAttribute("aria-label", `${kind}: ${this.data.classes[example.label]}`);
        button.onclick = () => {
          this.chosen = row;
          this.show();
          this.reshape();
        };
        this.buttons[row] = button;
        return button;
      });
      return fill("div", "sl-kind", [text("span", "", this.data.kinds[kind]), fill("div", "sl-thumbs", buttons)]);
    });
    return fill("div", "sl-strip", groups);
  }

  show() {
    const example = this.data.examples[this.chosen];
    this.buttons.forEach((button, row) => button.setAttribute("aria-pressed", row === this.chosen));
    this.view.replaceChildren(drawn(example, this.data.signals, true), text("span", "", `It is: ${this.data.classes[example.label]}`));
    [...this.bars.children].forEach((row, k) => row.classList.toggle("sl-right", k === example.label));
  }

  reshape() {
    const { classes, examples, temperatures, matrices } = this.data;
    const { temperature } = this;
    const example = examples[this.chosen];
    const [answer, plain] = [soften(example.logits, temperature), soften(example.logits, 1)];
    this.slider.value = temperature;
    this.slider.setAttribute("aria-valuetext", `T = ${temperature}`);
    this.said.textContent = `T = ${temperature}`;
    this.button.style.visibility = temperature === this.knob ? "hidden" : "visible";
    [...this.bars.children].forEach((row, k) => {
      row.querySelector("i").style.width = `${100 * answer[k]}%`;
      Object.assign(row.querySelector("u").style, { left: `${100 * plain[k]}%`, opacity: plain[k] < 0.005 ? 0.25 : 1 });
      row.lastChild.textContent = percent(answer[k]);
    });
    this.words.textContent = sentence(answer, example.label, classes, temperature);
    this.grid.paint(between(temperatures, matrices, temperature));
    this.root.dataset.temperature = temperature;
  }
}

function sentence(answer, label, classes, temperature) {
  const order = answer.map((_, k) => k).sort((a, b) => answer[b] - answer[a]);
  const [first, ...next] = order.slice(0, 3).map((k) => `${classes[k]} (${percent(answer[k])})`);
  const wrong = 1 - answer[label];
  if (wrong < 0.005) return `At T = ${temperature} the teacher says ${first}, no more than a label would. Raise the temperature to see what it finds alike.`;
  const most = Math.log2(classes.length).toFixed(1);
  const verdict = order[0] === label ? "" : ` The teacher is wrong here, yet it gives ${percent(answer[label])} to the right class, ${classes[label]}.`;
  return `At T = ${temperature} the teacher says ${first}, then ${next.join(" and ")}. Wrong classes hold ${percent(wrong)} of its answer, whose entropy is ${entropy(answer).toFixed(2)} of at most ${most} bits.${verdict}`;
}

function bar(name) {
  const track = fill("span", "sl-track", [text("i", "", ""), text("u", "", "")]);
  return fill("div", "sl-row", [text("span", "sl-name", name), track, text("span", "sl-number", "")]);
}

function legend() {
  const marks = [["sl-key sl-key-right", "right class"], ["sl-key sl-key-wrong", "wrong classes"], ["sl-key sl-key-plain", "at T = 1"]];
  return fill("div", "sl-legend", marks.map(([name, said]) => fill("span", "", [text("i", name, ""), text("span", "", said)])));
}

// The mean answer to each class; the deeper a cell, the larger its share.
function grid(classes) {
  const heads = classes.map((name) => fill("th", "", [text("span", "", name)]));
  const rows = classes.map((name) => fill("tr", "", [text("th", "", name), ...classes.map(() => text("td", "", ""))]));
  const head = fill("tr", "sl-heads", [text("td", "", ""), ...heads]);
  const table = fill("div", "sl-scroll", [fill("table", "sl-grid", [head, ...rows])]);
  const paint = (matrix) => {
    const wrong = Math.max(...matrix.flatMap((row, i) => row.filter((_, j) => i !== j)));
    rows.forEach((row, i) => [...row.children].slice(1).forEach((cell, j) => {
      const value = matrix[i][j];
      const strength = i === j ? value : Math.sqrt(value / wrong);
      cell.style.setProperty("--share", `${Math.round(85 * strength)}%`);
      cell.className = i === j ? "sl-diagonal" : "";
      cell.textContent = value >= 0.015 ? Math.round(100 * value) : "";
      cell.title = `${classes[i]}: ${percent(value)} to ${classes[j]}`;
    }));
  };
  return { table, paint };
}

// An image, or the lines of a signal in groups of three axes.
function drawn(example, signals, large = false) {
  if (example.image) return Object.assign(document.createElement("img"), { src: example.image, alt: "" });
  const groups = [];
  for (let i = 0; i < example.lines.length; i += 3) groups.push(example.lines.slice(i, i + 3));
  return fill("div", "sl-signals", groups.map((lines, i) => {
    const said = large ? [text("small", "", signals[i] ?? "")] : [];
    return fill("div", "", [...said, plot(lines)]);
  }));
}

function plot(lines) {
  const flat = lines.flat();
  const [low, high] = [Math.min(...flat), Math.max(...flat)];
  const path = (line) => line.map((v, i) => `${i ? "L" : "M"}${((100 * i) / (line.length - 1)).toFixed(1)},${(38 - (36 * (v - low)) / (high - low || 1)).toFixed(1)}`).join("");
  const box = document.createElement("span");
  box.innerHTML = `<svg viewBox="0 0 100 40" preserveAspectRatio="none">${lines.map((line, i) => `<path class="sl-line${i}" d="${path(line)}"/>`).join("")}</svg>`;
  return box;
}

const percent = (share) => `${share >= 0.0995 || share < 0.0005 ? Math.round(100 * share) : (100 * share).toFixed(1)}\u00a0%`;

function text(tag, className, content) {
  return Object.assign(document.createElement(tag), { className, textContent: content });
}

function fill(tag, className, children) {
  const element = Object.assign(document.createElement(tag), { className });
  element.append(...children);
  return element;
}

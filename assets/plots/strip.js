// Beneath the plots: real test examples with what the current point's model answers, right or wrong, framed where the
// original answers otherwise. They change with the ring, foreseen like it.

import { AnswerDialog } from "./answer_dialog.js";
import { MARKS } from "./answer_marks.js";
import { answersIn, examplesAt, paint } from "./examples.js";
import { Roving } from "./roving.js";
import { escaped } from "./signs.js";

const GROUPS = ["drawn at random", "that the models find hard"];
const CHOSEN = [
  "Drawn at random from the test examples, evenly over the classes, with a fixed seed.",
  "Drawn with a fixed seed among the twentieth of the test examples that the bundled models, taken together, are least decided about.",
];
const [HEAD, CAPTION, TILE, LARGE] = [24, 20, 76, 96]; // px, as in strip.css
const [NARROW, WIDE] = [560, 900]; // px of the component: tiles in fewer columns, or larger ones

export class Strip {
  constructor(lab) {
    this.lab = lab;
    this.box = Object.assign(document.createElement("section"), { className: "lab-strip", hidden: true });
    this.box.setAttribute("aria-label", "Test examples and the answers to them");
    lab.root.append(this.box);
    this.roving = new Roving(this.box, () => (lab.presenting ? 1 : this.columns));
    this.dialog = new AnswerDialog(lab.root);
    this.box.addEventListener("click", (event) => this.open(event.target.closest("button")));
  }

  // Its place is kept from the first moment on, whatever there is to be seen yet.
  reserve(strip, width = this.lab.root.clientWidth) {
    const reserved = strip ? `${width} ${strip.count}` : "";
    if (this.reserved === reserved) return;
    this.reserved = reserved;
    this.box.hidden = !strip;
    if (!strip) return;
    const columns = (this.columns = width < NARROW ? 6 : 12);
    const rows = GROUPS.length * Math.ceil(strip.count / GROUPS.length / columns);
    this.box.classList.toggle("lab-large", width >= WIDE);
    this.box.style.setProperty("--columns", columns);
    this.box.style.height = `${HEAD + GROUPS.length * CAPTION + rows * (width >= WIDE ? LARGE : TILE)}px`;
  }

  draw() {
    const { lab } = this;
    const { strip } = lab.background;
    this.reserve(strip, lab.width); // asking for the width here would cost a layout
    if (!strip) return;
    if (this.address !== strip.examples) this.build(strip);
    const { examples } = this;
    if (!examples) return;
    if (this.theme !== lab.theme.name) this.paint();
    const known = answersIn(lab.shown?.answers, strip.count);
    const waits = !known && Boolean(lab.data.pending);
    if (this.question !== lab.data.question) this.answers = null;
    this.question = lab.data.question;
    if (!waits) {
      this.answers = known; // what was answered last stays, dimmed, while the next is being measured
      this.left = known && lab.shown.left?.length === strip.count ? lab.shown.left : ""; // a digit an example: its device
    }
    this.original = answersIn(strip.original, strip.count);
    this.box.classList.toggle("lab-dim", waits || !lab.data.current);
    this.tiles.forEach((tile, index) => this.change(tile, index));
    this.summary.innerHTML = this.words();
    if (this.dialog.index !== null) this.open(this.tiles[this.dialog.index]);
  }

  build({ examples: address, count }) {
    this.address = address;
    this.examples = this.answers = this.theme = null;
    this.left = "";
    const half = count / GROUPS.length;
    const tiles = Array.from({ length: half }, () => `<button type="button" class="lab-example" disabled><canvas></canvas><i></i><b></b><span></span></button>`);
    const group = (name, i) =>
      `<div role="group" aria-label="${half} ${name}"><p title="${CHOSEN[i]}">${half} ${name}</p><div class="lab-tiles">${tiles.join("")}</div></div>`;
    this.box.innerHTML = `<p class="lab-summary"></p><div class="lab-groups">${GROUPS.map(group).join("")}</div>`;
    this.summary = this.box.firstElementChild;
    this.tiles = [...this.box.querySelectorAll("button")];
    this.roving.reset();
    examplesAt(address).then((examples) => {
      if (this.address !== address) return;
      this.examples = examples;
      if (this.lab.drawn) this.draw();
    }, () => (this.summary.textContent = "The examples could not be loaded: reload the page."));
  }

  paint() {
    this.theme = this.lab.theme.name;
    this.tiles.forEach((tile, index) => paint(tile.firstElementChild, this.examples, index, this.lab.theme.text));
  }

  // Only what has changed is touched: most moves flip two or three.
  change(tile, index) {
    const now = this.of(this.answers, index);
    const flipped = this.answers && this.original && this.answers[index].answered !== this.original[index].answered;
    const device = (this.answers && this.left[index]) || "";
    const told = `${now.name}|${now.state}|${Boolean(flipped)}|${device}`;
    if (tile.dataset.told === told) return;
    const right = this.examples.classes[this.examples.labels[index]];
    if (tile.dataset.state !== now.state) tile.children[1].innerHTML = MARKS[now.state];
    Object.assign(tile.dataset, { told, state: now.state, answered: this.answers?.[index].answered ?? "" });
    tile.disabled = false;
    tile.classList.toggle("lab-flipped", Boolean(flipped));
    tile.children[2].textContent = device;
    const [name, rest] = now.name.split("/");
    if (rest === undefined && tile.lastElementChild.childNodes.length === 1) tile.lastElementChild.firstChild.data = name;
    else tile.lastElementChild.innerHTML = escaped(now.name).replace("/", "/<wbr>");
    const words = now.state === "none" ? "no answer yet" : `answered ${now.name}, ${now.state}`;
    const by = device ? `, by device ${device}` : "";
    tile.title = `${right}${now.state === "wrong" ? `, ${words}` : ""}${by}`;
    tile.setAttribute("aria-label", `Example ${index + 1}: ${right}, ${words}${flipped ? ", unlike the original" : ""}${by}`);
  }

  // One answer in words; of a model whose outputs were not numbers it is "nothing", and wrong.
  of(answers, index) {
    const answer = answers?.[index];
    if (!answer) return { name: "", state: "none", confidence: null };
    const name = answer.answered === null ? "nothing" : this.examples.classes[answer.answered];
    return { name, state: answer.answered === this.examples.labels[index] ? "right" : "wrong", confidence: answer.confidence };
  }

  right = (answers) => answers.filter(({ answered }, i) => answered === this.examples.labels[i]).length;

  words() {
    const { answers, original, tiles, lab } = this;
    if (!answers) {
      const why = lab.data.pending ? "Answers come with the measurement." : lab.shown ? "This point was measured before answers were kept." : "";
      return escaped(why);
    }
    const flipped = original ? answers.filter(({ answered }, i) => answered !== original[i].answered).length : 0;
    const before = original ? ` (original ${this.right(original)})` : "";
    const devices = [...new Set(this.left)].sort().map((device) => `${device}: ${this.left.split(device).length - 1}`);
    const told = devices.length ? `; answered by device ${devices.join(", ")}` : "";
    const framed = flipped ? `, ${flipped} unlike the original <span class="lab-frame"></span>` : "";
    return `<b>${this.right(answers)} of ${tiles.length} right</b>${before}${framed}${told}`;
  }

  open(tile) {
    const index = this.tiles?.indexOf(tile) ?? -1;
    if (index < 0 || !this.examples) return;
    const { examples, lab } = this;
    const half = this.tiles.length / GROUPS.length;
    const rows = [["Original", this.of(this.original, index)]];
    if (lab.shown && lab.shown.technique !== "original") rows.push([lab.shown.label, { ...this.of(this.answers, index), device: this.left[index] }]);
    this.dialog.show({
      index,
      rows,
      right: examples.classes[examples.labels[index]],
      chosen: `${CHOSEN[Number(index >= half)]} The model sees ${examples.seen}.`,
      paint: (canvas) => paint(canvas, examples, index, lab.theme.text, 224),
      go: (step) => this.open(this.tiles[(index + step + this.tiles.length) % this.tiles.length]),
    });
  }
}

// Limits as lines across an axis, dragged by pointer or moved by keyboard; what is not set waits at the axis' worse end.

import { text } from "./format.js";
import { unstretched } from "./lost.js";

const STEP = 4; // px of an arrow key; with Shift five times as much
const OUT = 3; // px beyond the axis' end at which a limit is gone
const SETTLED = 350; // ms after the last key before Python is told

export class Limits {
  constructor(panel) {
    this.panel = panel;
    this.grips = new Map(); // by name and axis
  }

  draw() {
    const { panel } = this;
    const lines = panel.lab.data.decided?.lines ?? [];
    const wanted = lines.flatMap((line) => ["x", "y"].filter((letter) => panel[letter].axis.metric === line.metric && panel[letter].known).map((letter) => [line, letter]));
    const kept = new Set(wanted.map(([line, letter]) => `${line.name} ${letter}`));
    for (const [name, grip] of this.grips) if (!kept.has(name)) (grip.remove(), this.grips.delete(name));
    for (const [line, letter] of wanted) this.place(line, letter);
  }

  place(line, letter) {
    const name = `${line.name} ${letter}`;
    let grip = this.grips.get(name);
    if (!grip) this.grips.set(name, (grip = this.made(line, letter)));
    grip.line = line;
    if (!grip.dragged) this.put(grip, letter, this.pixelOf(line.value, letter));
  }

  made(line, letter) {
    const grip = document.createElement("div");
    grip.className = `lab-limit lab-limit-${letter}`;
    grip.tabIndex = letter === "y" && this.panel.index ? -1 : 0; // the same line in each plot is one tab stop
    grip.setAttribute("role", "slider");
    grip.innerHTML = `<i class="lab-zone"></i><i class="lab-grip"></i><span></span>`;
    grip.line = line;
    grip.addEventListener("pointerdown", (event) => this.take(event, grip, letter));
    grip.addEventListener("keydown", (event) => this.key(event, grip, letter));
    this.panel.box.append(grip);
    return grip;
  }

  // Where a value lies on its axis [px], null for none and for what the axis can't show.
  pixelOf(value, letter) {
    const column = this.panel[letter];
    if (value === null || (column.scale === "log" && value <= 0)) return null;
    const axis = this.panel.plot._fullLayout[`${letter}axis`];
    return axis._offset + axis.d2p(column.place(value));
  }

  valueOf(pixel, letter) {
    const column = this.panel[letter];
    const axis = this.panel.plot._fullLayout[`${letter}axis`];
    const shown = axis.p2d(pixel - axis._offset);
    return column.scale === "lost" ? column.original + unstretched(shown) / 100 : shown / column.place(1);
  }

  // The pixels of the axis from its better to its worse end.
  ends(letter) {
    const { area } = this.panel;
    const [low, high] = letter === "x" ? [area.left, area.left + area.width] : [area.top + area.height, area.top];
    return this.panel[letter].metric?.better === "higher" ? [high, low] : [low, high];
  }

  put(grip, letter, pixel) {
    const { area, index } = this.panel;
    const [better, worse] = this.ends(letter);
    const [first, last] = [Math.min(better, worse), Math.max(better, worse)];
    const at = pixel === null ? worse : Math.min(Math.max(pixel, first), last);
    const isSet = pixel !== null;
    grip.pixel = at;
    grip.isSet = isSet;
    grip.classList.toggle("lab-set", isSet);
    const box = letter === "x" ? { left: at - 6, top: area.top, width: 12, height: area.height } : { left: area.left, top: at - 6, width: area.width, height: 12 };
    for (const [name, value] of Object.entries(box)) grip.style[name] = `${value}px`;
    const zone = grip.firstElementChild.style;
    const side = worse > at ? 6 : 6 - (at - worse);
    if (letter === "x") Object.assign(zone, { left: `${side}px`, width: `${isSet ? Math.abs(worse - at) : 0}px`, top: 0, bottom: 0 });
    else Object.assign(zone, { top: `${side}px`, height: `${isSet ? Math.abs(worse - at) : 0}px`, left: 0, right: 0 });
    const words = isSet ? this.words(grip, letter) : "no limit";
    grip.lastElementChild.textContent = grip.dragged || (isSet && (letter === "x" || index === 0)) ? words : "";
    grip.classList.toggle("lab-far", letter === "x" && at > area.left + area.width / 2);
    grip.setAttribute("aria-label", `Limit on ${this.panel[letter].metric?.label ?? grip.line.metric}`);
    grip.setAttribute("aria-orientation", letter === "x" ? "horizontal" : "vertical");
    grip.setAttribute("aria-valuetext", words);
    grip.setAttribute("aria-valuemin", 0);
    grip.setAttribute("aria-valuemax", 100);
    grip.setAttribute("aria-valuenow", Math.round((100 * Math.abs(at - better)) / Math.max(1, last - first)));
  }

  words(grip, letter) {
    const { metric, scale, original } = this.panel[letter];
    const value = grip.dragged ? this.valueOf(grip.pixel, letter) : grip.line.value;
    if (scale === "lost") return `at most ${Math.max(0, 100 * (original - value)).toFixed(2).replace(/\.?0+$/, "")} lost`;
    return `${metric?.better === "higher" ? "at least" : "at most"} ${text(metric?.style, Number(value.toPrecision(3)))}`;
  }

  take(event, grip, letter) {
    if (event.button) return;
    event.preventDefault();
    event.stopPropagation();
    grip.focus({ preventScroll: true });
    grip.setPointerCapture(event.pointerId);
    this.panel.lab.hover.clear();
    grip.dragged = true;
    const move = (moved) => {
      const frame = this.panel.plot.getBoundingClientRect();
      const [x, y] = [(moved.clientX - frame.left) / this.panel.lab.scale, (moved.clientY - frame.top) / this.panel.lab.scale];
      this.put(grip, letter, this.inside(letter === "x" ? x : y, letter));
      this.count(grip, letter);
    };
    const end = () => {
      for (const [name, each] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]]) grip.removeEventListener(name, each);
      this.tell(grip, letter);
    };
    for (const [name, each] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]]) grip.addEventListener(name, each);
  }

  // A place on the axis, null beyond its worse end.
  inside(pixel, letter) {
    const [better, worse] = this.ends(letter);
    const over = worse > better ? pixel - worse : worse - pixel;
    return over > -OUT ? null : pixel;
  }

  // How many points would be left, while the line moves.
  count(grip, letter) {
    const { lab } = this.panel;
    const values = lab.background.values[grip.line.metric] ?? [];
    const sign = this.panel[letter].metric?.better === "higher" ? -1 : 1;
    const bound = sign * this.valueOf(grip.pixel, letter);
    let left = 0;
    for (const value of values) left += value !== null && (!grip.isSet || sign * value <= bound);
    lab.legend.said.textContent = `${left.toLocaleString("en")} of ${values.length.toLocaleString("en")} points`;
  }

  key(event, grip, letter) {
    const along = letter === "x" ? { ArrowLeft: -1, ArrowRight: 1 } : { ArrowUp: -1, ArrowDown: 1 };
    const step = along[event.key];
    const gone = event.key === "Delete" || event.key === "Backspace";
    if (!step && !gone) return;
    grip.dragged = true; // what is drawn meanwhile leaves it where it is
    this.put(grip, letter, gone ? null : this.inside(grip.pixel + step * STEP * (event.shiftKey ? 5 : 1), letter));
    this.count(grip, letter);
    event.preventDefault();
    event.stopPropagation();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.tell(grip, letter), SETTLED);
  }

  tell(grip, letter) {
    const value = grip.isSet ? this.valueOf(grip.pixel, letter) : null;
    grip.dragged = false;
    grip.line.value = value; // until Python says the same
    this.panel.lab.legend.status();
    for (const panel of this.panel.lab.panels) panel.limits.draw();
    this.panel.lab.tell.trigger("limit", { name: grip.line.name, value });
  }
}

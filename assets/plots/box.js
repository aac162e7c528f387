// A box in a plot and the points in it: drawn by the pointer, or by the keyboard: B begins it at the point that is meant,
// arrows move it, with Shift they move its lower right corner, Enter keeps what is in it, Escape what was selected before.

import { within } from "./labels.js";
import { at } from "./marks.js";

const STEP = 8; // px of a key press
const FIRST = 48; // px of a new box' sides
const LEAST = 8;
const WAYS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

// Between two corners in px of the plot; selects what is inside.
export function stretch(panel, a, b) {
  const drawn = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])];
  const [left, top, right, bottom] = drawn;
  panel.pointer.innerHTML = `<rect class="lab-box" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/>`;
  panel.lab.select(panel.inside(drawn));
}

export class KeyboardBox {
  constructor(panel) {
    this.panel = panel;
    this.corners = null;
    this.said = Object.assign(document.createElement("div"), { className: "lab-aloud" });
    this.said.setAttribute("role", "status");
    panel.box.append(this.said);
    panel.box.addEventListener("blur", () => this.end());
  }

  // Whether a key is meant for the box, and done.
  pressed({ key, shiftKey, ctrlKey, metaKey, altKey }) {
    if (ctrlKey || metaKey || altKey || !this.panel.wired || this.panel.lab.presenting) return false;
    if (!this.corners) return key.toLowerCase() === "b" && this.begin();
    if (WAYS[key]) this.move(WAYS[key], shiftKey);
    else if (key === "Enter") this.keep();
    else if (key === "Escape") this.leave();
    else return false;
    return true;
  }

  begin() {
    const { panel } = this;
    const { lab, area } = panel;
    this.before = lab.selected;
    const { row } = lab.hover;
    const meant = row >= 0 ? [panel.points.x[row], panel.points.y[row]] : lab.shown && at(panel, lab.shown);
    lab.hover.clear();
    const { left, top, width, height } = area;
    const [x, y] = meant && within(meant, area) ? meant : [left + width / 2, top + height / 2];
    this.corners = [x - FIRST / 2, y - FIRST / 2, x + FIRST / 2, y + FIRST / 2];
    this.draw("A box begins: ");
    return true;
  }

  // Moved as a whole, or by its lower right corner; it stays in the plot, and has a size.
  move([across, down], resizing) {
    const { left, top, width, height } = this.panel.area;
    let [x0, y0, x1, y1] = this.corners;
    const put = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));
    if (resizing) {
      x1 = put(x1 + across, x0 + LEAST, left + width);
      y1 = put(y1 + down, y0 + LEAST, top + height);
    } else {
      const [wide, high] = [x1 - x0, y1 - y0];
      x0 = put(x0 + across, left - wide + LEAST, left + width - LEAST);
      y0 = put(y0 + down, top - high + LEAST, top + height - LEAST);
      [x1, y1] = [x0 + wide, y0 + high];
    }
    this.corners = [x0, y0, x1, y1];
    this.draw("In the box: ");
  }

  draw(begins) {
    const [left, top, right, bottom] = this.corners;
    stretch(this.panel, [left, top], [right, bottom]);
    this.said.textContent = `${begins}${counted(this.panel.lab.selected.size)}.`;
  }

  keep() {
    this.end();
    this.said.textContent = `${counted(this.panel.lab.selected.size)} selected.`;
  }

  leave() {
    this.end();
    this.panel.lab.select(this.before);
    this.said.textContent = `The box is gone; ${counted(this.before.size)} selected.`;
  }

  end() {
    if (!this.corners) return;
    this.corners = null;
    this.panel.pointer.innerHTML = "";
  }
}

const counted = (count) => (count === 1 ? "1 point" : `${count || "no"} points`);

// Mouse, touch and keyboard on one panel: hover, click, box selection, stepping along the front.

import { KeyboardBox, stretch } from "./box.js";

const NEAR = 14; // px around the pointer within which a point counts as meant
const STILL = 4; // px of movement that still make a click

export function listen(panel) {
  const { box, lab, plot } = panel;
  const within = (event) => {
    const frame = plot.getBoundingClientRect();
    return [(event.clientX - frame.left) / lab.scale, (event.clientY - frame.top) / lab.scale];
  };
  const selecting = (event) => lab.mode === "select" || event.shiftKey;
  let from = null;
  let boxing = false;

  plot.addEventListener("pointermove", (event) => {
    const here = within(event);
    if (boxing) stretch(panel, from, here);
    else if (!event.buttons && panel.wired) lab.hover.at(panel, panel.nearest(...here, NEAR));
  });
  plot.addEventListener("pointerleave", () => boxing || lab.hover.clear());
  plot.addEventListener("pointerdown", (event) => {
    if (!panel.wired || event.button) return;
    from = within(event);
    boxing = selecting(event);
    if (boxing) {
      lab.hover.clear();
      plot.setPointerCapture(event.pointerId);
      stop(event);
    }
  }, true);
  for (const name of ["mousedown", "touchstart"]) {
    plot.addEventListener(name, (event) => selecting(event) && stop(event), { capture: true, passive: false });
  }
  plot.addEventListener("pointercancel", () => {
    boxing = false;
    panel.pointer.innerHTML = "";
  });
  // Plotly covers the page while the mouse is down, so the release is seen on the window.
  const released = (event) => {
    if (!from) return;
    const [start, end, boxed] = [from, within(event), boxing];
    from = null;
    boxing = false;
    if (Math.hypot(end[0] - start[0], end[1] - start[1]) < STILL) click(panel, end);
    if (boxed) panel.pointer.innerHTML = ""; // what the box held stays selected
  };
  window.addEventListener("pointerup", released, true);
  panel.unlisten = () => window.removeEventListener("pointerup", released, true);

  const byKeys = new KeyboardBox(panel);
  box.addEventListener("keydown", (event) => {
    if (event.target !== box) return; // an axis' title
    if (byKeys.pressed(event)) return event.preventDefault();
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) walk(panel, step, event.shiftKey);
    else if (event.key === "a" && !event.ctrlKey && !event.metaKey && !event.altKey) lab.select(panel.inside(corners(panel.area)));
    else if (event.key === "Enter" && lab.hover.row >= 0) choose(panel, lab.hover.row);
    else if (event.key === "Escape") (lab.hover.clear(), lab.selected.size && lab.select(new Set()));
    else return;
    event.preventDefault();
  });
  box.addEventListener("blur", () => lab.hover.clear());
}

// With Shift held each point on the way is selected, the one that the walk leaves too.
function walk(panel, step, selecting) {
  const { lab } = panel;
  const passed = [lab.hover.row];
  lab.hover.step(panel, step);
  if (!selecting) return;
  passed.push(lab.hover.row);
  lab.select(new Set([...lab.selected, ...passed.filter((row) => row >= 0).map((row) => lab.background.keys[row])]));
}

const corners = ({ left, top, width, height }) => [left, top, left + width, top + height];

function click(panel, [left, top]) {
  const { lab } = panel;
  const row = panel.nearest(left, top, NEAR);
  if (row >= 0) choose(panel, row);
  else if (lab.selected.size) lab.select(new Set());
}

function choose(panel, row) {
  panel.lab.hover.open(panel, row);
  panel.lab.pick(panel.lab.background.keys[row]);
}

function stop(event) {
  event.stopPropagation();
  if (event.type !== "pointerdown") event.preventDefault();
}

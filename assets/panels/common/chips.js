// A step's chip of the recipe dragged to another place, by mouse or pen. By keyboard and by touch there are buttons for it.

const FAR = 6; // px from where a press becomes a drag
const CHIPS = ".st-key-chip button";

let tell = null; // Python, while a recipe of several steps is shown
let drag = null;

export default function render({ setTriggerValue }) {
  tell = setTriggerValue;
  return () => {
    if (tell !== setTriggerValue) return;
    end();
    tell = null;
  };
}

// In the capturing phase: what the buttons themselves hear goes no further.
listen("pointerdown", (event) => {
  const chip = event.target.closest?.(CHIPS);
  if (!tell || !chip || event.button !== 0 || event.pointerType === "touch") return;
  const chips = [...document.querySelectorAll(CHIPS)];
  if (chips.length < 2) return;
  const boxes = chips.map((each) => each.getBoundingClientRect());
  drag = { chip, chips, boxes, from: chips.indexOf(chip), to: chips.indexOf(chip), start: event.clientX, moving: false };
});

listen("pointermove", (event) => {
  if (!drag) return;
  const by = event.clientX - drag.start;
  if (!drag.moving && Math.abs(by) < FAR) return;
  drag.moving = true;
  const { chips, boxes, from } = drag;
  const centre = boxes[from].left + boxes[from].width / 2 + by;
  drag.to = boxes.filter((box, place) => place !== from && box.left + box.width / 2 < centre).length;
  const within = Math.min(Math.max(by, boxes[0].left - boxes[from].left), boxes.at(-1).right - boxes[from].right);
  document.body.style.cursor = "grabbing";
  chips.forEach((chip, place) => (chip.style.transform = `translateX(${place === from ? within : aside(place)}px)`));
  Object.assign(chips[from].style, { position: "relative", zIndex: "1" });
});

// How far a chip makes room for the dragged one.
function aside(place) {
  const { from, to, boxes } = drag;
  if (place > from && place <= to) return -boxes[from].width;
  return place < from && place >= to ? boxes[from].width : 0;
}

listen("pointerup", () => {
  if (!drag) return;
  const { moving, from, to, chips } = drag;
  end();
  if (!moving) return;
  const swallow = (click) => click.stopPropagation() ?? click.preventDefault(); // a drag is no choice of the chip
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }));
  if (from !== to) tell?.("moved", { from, to, count: chips.length });
});

listen("pointercancel", end);
listen("keydown", (event) => event.key === "Escape" && end());

function end() {
  for (const chip of drag?.chips ?? []) for (const name of ["transform", "position", "z-index"]) chip.style.removeProperty(name);
  if (drag) document.body.style.removeProperty("cursor");
  drag = null;
}

function listen(name, heard) {
  document.addEventListener(name, heard, { capture: true });
}

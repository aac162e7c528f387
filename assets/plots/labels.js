// Where a text beside a mark stands: inside the plot, on no other text or mark; or nowhere.

const HIGH = 14; // px of a line
const EDGE = 3; // px that are left to the plot's edges
const MARK = 3; // px from the middle of a point to its edge
const FEW = 600; // points that are looked at in each move
const FARTHER = [0, 10, 22, 36]; // px beyond the nearest place
const SIDES = { above: [0, -1], below: [0, 1], right: [1, 0], left: [-1, 0], aboveLeft: [-1, -1], aboveRight: [1, -1], belowLeft: [-1, 1], belowRight: [1, 1] };

const widths = new Map();
let paint;

export function widthOf(text, theme, strong = false) {
  const name = `${strong} ${theme.font} ${text}`;
  if (!widths.has(name)) {
    paint ??= document.createElement("canvas").getContext("2d");
    paint.font = `${strong ? 600 : 400} 11px ${theme.font}`;
    if (widths.size > 2000) widths.clear();
    widths.set(name, paint.measureText(text).width + 2);
  }
  return widths.get(name);
}

// As much of the text as fits into the width, with an ellipsis.
export function fitting(text, room, theme, strong) {
  if (widthOf(text, theme, strong) <= room) return text;
  let kept = text.length - 1;
  while (kept > 3 && widthOf(`${text.slice(0, kept).trimEnd()}\u2026`, theme, strong) > room) kept -= 1;
  return `${text.slice(0, kept).trimEnd()}\u2026`;
}

// The box {x, y, wide, high} for a text of that width beside the mark, the nearest that is free, on none of the points if
// that can be; it is then taken. Null if there is no room.
export function placed(mark, wide, { area, taken, gap, points: { x, y } }) {
  const few = x.length <= FEW ? take(places(mark, wide, { area, gap, xs: x, ys: y }), taken) : null;
  return few ?? take(places(mark, wide, { area, gap }), taken);
}

// Boxes that are inside and cover none of the points `xs`, `ys`, the nearest first.
export function places([left, top], wide, { area, gap, far = FARTHER, sides = Object.keys(SIDES), xs = [], ys = [] }) {
  const bounds = { left: area.left + EDGE, right: area.left + area.width - EDGE, top: area.top + EDGE - 1, bottom: area.top + area.height - EDGE };
  const boxes = far.flatMap((more) => sides.map((side) => beside(left, top, wide, SIDES[side], gap + more, bounds)));
  return boxes.filter((box) => inside(box, bounds) && !covers(box, xs, ys));
}

export function take(boxes, taken) {
  const box = boxes.find((each) => !taken.some((other) => overlap(each, other))) ?? null;
  if (box) taken.push(box);
  return box;
}

function covers({ x, y, wide, high }, xs, ys) {
  for (let i = 0; i < xs.length; i++) {
    if (xs[i] > x - MARK && xs[i] < x + wide + MARK && ys[i] > y - MARK && ys[i] < y + high + MARK) return true;
  }
  return false;
}

// Straight above and below, a text may slide along the mark to stay inside.
function beside(left, top, wide, [across, upright], gap, bounds) {
  const slant = across && upright ? 0.7 : 1;
  const x = across === 0 ? Math.min(Math.max(left - wide / 2, bounds.left), bounds.right - wide) : across > 0 ? left + gap * slant : left - gap * slant - wide;
  const y = upright === 0 ? top - HIGH / 2 : upright > 0 ? top + gap * slant : top - gap * slant - HIGH;
  return { x, y, wide, high: HIGH };
}

const inside = ({ x, y, wide, high }, { left, right, top, bottom }) => x >= left && x + wide <= right && y >= top && y + high <= bottom;

// Whether a place is in the area, or at most `slack` px beside it; NaN is nowhere.
export const within = ([x, y], { left, top, width, height }, slack = 0) =>
  x >= left - slack && x <= left + width + slack && y >= top - slack && y <= top + height + slack;

export const overlap = (a, b) => a.x < b.x + b.wide && b.x < a.x + a.wide && a.y < b.y + b.high && b.y < a.y + a.high;

// The coordinates of parallel ones: each metric's scale from the worse end, 0, to the better one, 1; and brushes in an address.

import { inPoints, stretched, unstretched, valueOfOriginal } from "./lost.js";

// `share` is where a value lies on it, `back` the value there, `shares` where each point crosses it. The quality of the
// upright axis is stretched as it is there; what spans much is logarithmic.
export function coordinate(background, name, upright) {
  const metric = background.metrics[name];
  const values = background.values[name] ?? [];
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const original = valueOfOriginal(background, name);
  const isLost = inPoints(metric) && metric.label === upright?.label && original !== null;
  const isLog = !isLost && low > 0 && high / low > 8;
  const put = isLost ? (each) => stretched(100 * (each - original)) : isLog ? Math.log : (each) => each;
  const span = put(high) - put(low) || 1;
  const turn = metric.better === "lower";
  const share = (value) => {
    const at = (put(value) - put(low)) / span;
    return turn ? 1 - at : at;
  };
  const back = (at) => {
    const plain = put(low) + (turn ? 1 - at : at) * span;
    return isLost ? original + unstretched(plain) / 100 : isLog ? Math.exp(plain) : plain;
  };
  const shares = new Float32Array(values.length).fill(NaN);
  values.forEach((value, row) => value !== null && (shares[row] = share(value)));
  return { name, metric, share, back, shares, low, high };
}

// `size_bytes:1000~20000*latency_ms:0.01~0.05`: values, so that a link means the same when points have come.
export function addressOf(brushes, columns) {
  return [...brushes]
    .map(([name, brush]) => {
      const column = columns.find((each) => each.name === name);
      const ends = brush.map((share) => column.back(share)).sort((a, b) => a - b);
      return `${name}:${ends.map((value) => Number(value.toPrecision(6))).join("~")}`;
    })
    .join("*");
}

// By metric, two shares of its coordinate; what can't be read is left out.
export function brushesIn(address, columns) {
  const brushes = new Map();
  for (const part of (address || "").split("*")) {
    const [name, range] = part.split(":");
    const column = columns.find((each) => each.name === name);
    const ends = (range ?? "").split("~").map(Number);
    if (!column || ends.length !== 2 || ends.some(Number.isNaN)) continue;
    brushes.set(name, ends.map((value) => Math.min(1, Math.max(0, column.share(value)))).sort((a, b) => a - b));
  }
  return brushes;
}

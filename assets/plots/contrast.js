// Contrast as WCAG 2.1 defines it, and how faint a mark may be.

import { channels, mixed } from "./theme.js";

const VISIBLE = 3.1; // 3 : 1 for signs, and a little for the rounding of channels
const FAINTEST = 0.45; // share of the colour that is left of it at least

// The colour mixed into the background as far as it stays visible.
export function faint(color, background) {
  for (let share = FAINTEST; share < 1; share += 0.05) {
    const mix = mixed(color, background, share);
    if (contrast(mix, background) >= VISIBLE) return mix;
  }
  return color;
}

export function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color) {
  const [r, g, b] = channels(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// Colour and size of points by the values of any metric: a scale from dark to light that is read in grey too.

import { text } from "./format.js";
import { channels } from "./theme.js";

// Viridis (Smith & van der Walt, 2015), its ends left out where they vanish on the page.
const LIGHT = ["#440154", "#443983", "#31688e", "#21918c", "#35b779", "#a3a214"];
const DARK = ["#7a5aa6", "#5b76b8", "#3f94a8", "#35b779", "#90d743", "#fde725"];
const NONE = "#808080"; // what was not measured
const [SMALL, LARGE] = [0.65, 1.9]; // times the usual size
export const STEPS = 24; // colours that are told apart

export class Scale {
  constructor(background, name) {
    this.name = name;
    this.metric = background.metrics[name];
    this.values = background.values[name] ?? [];
    const known = this.values.filter((value) => value !== null).sort((a, b) => a - b);
    // Without the outermost two in a hundred, which would squeeze the rest.
    const at = (share) => known[Math.min(known.length - 1, Math.floor(share * known.length))] ?? 0;
    [this.low, this.high] = [at(0.02), at(0.98)];
    this.isLog = this.low > 0 && this.high / this.low > 20;
  }

  // From 0 at the low end to 1 at the high one; null where it was not measured.
  share(row) {
    const value = this.values[row] ?? null;
    if (value === null) return null;
    const put = this.isLog ? Math.log : (each) => each;
    const width = put(this.high) - put(this.low);
    if (this.isLog && value <= 0) return 0;
    return width ? Math.min(1, Math.max(0, (put(value) - put(this.low)) / width)) : 0.5;
  }

  colour(row, dark) {
    const share = this.share(row);
    return share === null ? NONE : colourAt(Math.round(share * STEPS) / STEPS, dark);
  }

  times(row) {
    const share = this.share(row);
    return share === null ? SMALL : SMALL + (LARGE - SMALL) * Math.sqrt(share);
  }

  get words() {
    return [this.low, this.high].map((value) => text(this.metric?.style, value));
  }
}

export function colourAt(share, dark) {
  const colours = dark ? DARK : LIGHT;
  const place = share * (colours.length - 1);
  const [below, above] = [Math.floor(place), Math.ceil(place)];
  const [a, b] = [channels(colours[below]), channels(colours[above])];
  return `rgb(${a.map((each, i) => Math.round(each + (b[i] - each) * (place - below))).join(",")})`;
}

// The legend's picture of a scale, with what its ends mean.
export function ramp(scale, dark, id) {
  const stops = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => `<stop offset="${share}" stop-color="${colourAt(share, dark)}"/>`).join("");
  return `<svg class="lab-icon" width="72" height="10" aria-hidden="true"><linearGradient id="${id}">${stops}</linearGradient><rect width="72" height="10" rx="2" fill="url(#${id})"/></svg>`;
}

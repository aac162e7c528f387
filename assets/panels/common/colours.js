// Diverging colours from magenta over grey to green, for both themes: no technique's, nor the accent's, and told apart by
// all kinds of colour vision (tests/pages/test_diverging_colours.py).

const LIGHT = { low: [168, 24, 159], middle: [178, 184, 196], high: [63, 127, 18] };
const DARK = { low: [242, 131, 232], middle: [84, 90, 105], high: [139, 214, 81] };
const BEND = 0.75; // brings small weights out

export function colours(theme) {
  const ends = theme.dark ? DARK : LIGHT;
  const table = Array.from({ length: 256 }, (_, place) => mixed(ends, place - 128));
  return {
    table, // of value + 128
    removed: theme.dark ? [232, 234, 240] : [27, 31, 42],
    bar: theme.dark ? [150, 157, 175] : [120, 127, 143],
    css: (value) => `rgb(${table[value + 128].join(",")})`,
  };
}

function mixed({ low, middle, high }, value) {
  const share = (Math.min(127, Math.abs(value)) / 127) ** BEND;
  const end = value < 0 ? low : high;
  return middle.map((from, part) => Math.round(from + share * (end[part] - from)));
}

// Diverging colours from blue over grey to orange, which all kinds of colour vision tell apart, for both themes.

const LIGHT = { low: [0, 76, 150], middle: [178, 184, 196], high: [190, 78, 0] };
const DARK = { low: [112, 190, 255], middle: [84, 90, 105], high: [255, 172, 84] };
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

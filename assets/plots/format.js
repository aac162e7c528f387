// Numbers as compression/point/metrics.py writes them: a test holds both to the same texts.

const PREFIXES = ["", "k", "M", "G"];
const PREFIXED = { bytes: "B", count: "", rate: "/s" }; // any other style is a unit, but percent and ratio

// With an interval only the digits that it leaves standing.
export function text(style, value, low, high) {
  if (value === null || value === undefined) return "not measured";
  const spread = high > low && low !== null ? (high - low) / 2 : 0;
  if (style === "percent") return `${digits(100 * value, 100 * spread, 1)} %`;
  if (style === "ratio") return `${digits(value, spread)}x`;
  if (style in PREFIXED) return scaled(value, spread, PREFIXED[style]).trim();
  return `${digits(value, spread)} ${style}`;
}

// Unit of a whole axis: what its values are multiplied by, and what its title says.
export function axisUnit(style, largest) {
  if (style === "percent") return { factor: 100, unit: "%" };
  if (style === "ratio") return { factor: 1, unit: "x" };
  if (style && !(style in PREFIXED)) return { factor: 1, unit: style };
  const power = largest >= 3e9 ? 3 : largest >= 3e6 ? 2 : largest >= 3e3 ? 1 : 0;
  return { factor: 1000 ** -power, unit: PREFIXES[power] + (PREFIXED[style] ?? "") };
}

function scaled(value, spread, unit) {
  let power = 0;
  while (power < 3 && Math.abs(value) >= 999.5) {
    value /= 1000;
    spread /= 1000;
    power += 1;
  }
  return `${digits(value, spread)} ${PREFIXES[power]}${unit}`;
}

// As `written` of compression/point/digits.py.
export function digits(value, spread, usual = usualPlaces(value)) {
  if (spread > 0) {
    const allowed = decimals(value, spread);
    if (allowed < usual) return allowed < 0 ? (Math.round(value * 10 ** allowed) / 10 ** allowed).toFixed(0) : value.toFixed(allowed);
  }
  return usual > 2 ? value.toFixed(usual).replace(/\.?0+$/, "") : value.toFixed(usual);
}

function usualPlaces(value) {
  const size = Math.abs(value);
  if (size < 0.995 && size) return 2 - power(size);
  return size >= 99.95 || Number.isInteger(value) ? 0 : size >= 9.995 ? 1 : 2;
}

// As compression/point/digits.py says.
function decimals(value, spread) {
  const allowed = (spread / 10 ** power(spread) < 3.55 ? 1 : 0) - power(spread);
  return value ? Math.max(allowed, -power(Math.abs(value))) : allowed;
}

const power = (value) => Math.floor(Math.log10(value));

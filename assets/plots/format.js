// Numbers as compression/point/metrics.py writes them: a test holds both to the same texts.

const PREFIXES = ["", "k", "M", "G"];
const PREFIXED = { bytes: "B", count: "", rate: "/s" }; // any other style is a unit, but percent and ratio

export function text(style, value) {
  if (value === null || value === undefined) return "not measured";
  if (style === "percent") return `${(100 * value).toFixed(1)} %`;
  if (style === "ratio") return `${threeDigits(value)}x`;
  if (style in PREFIXED) return scaled(value, PREFIXED[style]).trim();
  return `${threeDigits(value)} ${style}`;
}

// Unit of a whole axis: what its values are multiplied by, and what its title says.
export function axisUnit(style, largest) {
  if (style === "percent") return { factor: 100, unit: "%" };
  if (style === "ratio") return { factor: 1, unit: "x" };
  if (style && !(style in PREFIXED)) return { factor: 1, unit: style };
  const power = largest >= 3e9 ? 3 : largest >= 3e6 ? 2 : largest >= 3e3 ? 1 : 0;
  return { factor: 1000 ** -power, unit: PREFIXES[power] + (PREFIXED[style] ?? "") };
}

function scaled(value, unit) {
  let power = 0;
  while (power < 3 && Math.abs(value) >= 999.5) {
    value /= 1000;
    power += 1;
  }
  return `${threeDigits(value)} ${PREFIXES[power]}${unit}`;
}

function threeDigits(value) {
  const size = Math.abs(value);
  if (size >= 99.95 || Number.isInteger(value)) return value.toFixed(0);
  if (size >= 9.995) return value.toFixed(1);
  if (size >= 0.995) return value.toFixed(2);
  return String(Number(value.toPrecision(3)));
}

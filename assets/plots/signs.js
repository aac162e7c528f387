// Marker shapes as paths of radius r around 0,0: the overlay, the legend and the selection share them. Names are
// Plotly's; those that no sign uses yet are there for techniques to come.

const SHAPES = {
  circle: (r) => `M${r},0A${r},${r} 0 1,1 ${-r},0A${r},${r} 0 1,1 ${r},0Z`,
  square: (r) => polygon([[-r, -r], [r, -r], [r, r], [-r, r]]),
  diamond: (r) => polygon([[0, -1.3 * r], [1.3 * r, 0], [0, 1.3 * r], [-1.3 * r, 0]]),
  "triangle-up": (r) => polygon([[0, -r], [1.155 * r, r], [-1.155 * r, r]].map(([x, y]) => [x, y * 0.9])),
  "triangle-down": (r) => polygon([[0, r], [1.155 * r, -r], [-1.155 * r, -r]].map(([x, y]) => [x, y * 0.9])),
  "triangle-left": (r) => polygon([[-r, 0], [r, -1.155 * r], [r, 1.155 * r]].map(([x, y]) => [x * 0.9, y])),
  "triangle-right": (r) => polygon([[r, 0], [-r, -1.155 * r], [-r, 1.155 * r]].map(([x, y]) => [x * 0.9, y])),
  pentagon: (r) => polygon([0, 72, 144, 216, 288].map((a) => polar(1.1 * r, a - 90))),
  hexagon: (r) => polygon([0, 60, 120, 180, 240, 300].map((a) => polar(r, a - 90))),
  cross: (r) => {
    const [a, b] = [0.4 * r, 1.2 * r];
    return polygon([[a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a], [-a, -b]]);
  },
  star: (r) => polygon([...Array(10).keys()].map((i) => polar(i % 2 ? 0.55 * r : 1.4 * r, 36 * i - 90))),
  bowtie: (r) => polygon([[-r, -r], [r, r], [r, -r], [-r, r]]),
  hourglass: (r) => polygon([[-r, -r], [r, -r], [-r, r], [r, r]]),
  "x-thin": (r) => `M${-r},${-r}L${r},${r}M${-r},${r}L${r},${-r}`,
};

export const shape = (symbol, radius) => (SHAPES[symbol] ?? SHAPES.circle)(radius);

export const colorOf = (sign, dark) => (dark ? sign.dark : sign.light);

export const escaped = (text) =>
  String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

// A sign as a small picture for the legend and the hover text.
export function icon(sign, dark, { hollow = false, outlined = null, size = 14 } = {}) {
  const color = colorOf(sign, dark);
  const fill = hollow || sign.symbol === "x-thin" ? "none" : color;
  const path = shape(sign.symbol, size * 0.3);
  return `<svg class="lab-icon" width="${size}" height="${size}" viewBox="${-size / 2} ${-size / 2} ${size} ${size}" aria-hidden="true"><path d="${path}" fill="${fill}" stroke="${outlined ?? color}" stroke-width="1.4"/></svg>`;
}

function polygon(corners) {
  return `M${corners.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join("L")}Z`;
}

function polar(radius, degrees) {
  const angle = (degrees * Math.PI) / 180;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

// Which points no other beats, and which might be: as compression/point/pareto.py finds them, a test compares the two.

export const DOMINATED = 0;
export const POSSIBLE = 1;
export const ON_FRONT = 2;

// How each of the `rows` stands against the front of the model's quality over `metric`; by row.
export function standings(told, metrics, rows, metric) {
  const chooser = told.chooser;
  const points = rows.map((row) => ({
    row,
    x: cost(told, metrics, metric, row),
    y: cost(told, metrics, chooser, row),
    sure: !told.uncertain[metric]?.includes(row) && !told.uncertain[chooser]?.includes(row),
    best: bestCase(told, metrics, chooser, row),
  }));
  const rivals = points.filter(({ x, y, sure }) => sure && !Number.isNaN(x) && !Number.isNaN(y)).sort((a, b) => a.x - b.x || a.y - b.y);
  const found = new Map(rows.map((row) => [row, DOMINATED]));
  for (const point of points) if (point.best <= bestUpTo(rivals, point.x)) found.set(point.row, POSSIBLE);
  let [best, here] = [Infinity, null];
  for (const { row, x, y } of rivals) {
    if (y < best) [best, here] = [y, x];
    if (y === best && x === here) found.set(row, ON_FRONT); // equal points are all kept
  }
  return found;
}

// The figure with lower as better; NaN where it was not measured.
export function cost(told, metrics, metric, row) {
  const value = told.values[metric]?.[row] ?? null;
  return value === null ? NaN : metrics[metric].better === "lower" ? value : -value;
}

function bestCase(told, metrics, metric, row) {
  const higher = metrics[metric].better === "higher";
  const end = told[higher ? "high" : "low"][metric]?.[row] ?? told.values[metric]?.[row] ?? null;
  return end === null ? NaN : higher ? -end : end;
}

function bestUpTo(rivals, x) {
  if (Number.isNaN(x)) return NaN;
  let best = Infinity;
  for (const rival of rivals) {
    if (rival.x > x) break;
    best = Math.min(best, rival.y);
  }
  return best;
}

// The limit that a point breaks, in words; empty where it keeps all. What was not measured, or isn't certain, keeps none.
export function broken(told, metrics, limits, row, written) {
  for (const [metric, limit] of Object.entries(limits)) {
    const { label, better } = metrics[metric];
    const value = told.values[metric]?.[row] ?? null;
    if (value === null || told.uncertain[metric]?.includes(row)) return `${label} is not known well enough`;
    if (better === "lower" ? value > limit : value < limit) return `${label} ${better === "lower" ? "above" : "below"} ${written(metric, limit)}`;
  }
  return "";
}

// A slider's move shown before Python has answered, where the point of its new position is already known here.
// The answer follows and is drawn as always; it only has the last word on what the knobs say.

const PATIENCE = 2000; // ms after which an answer that disagrees is believed

export class Ahead {
  constructor(lab) {
    this.lab = lab;
    this.guess = null; // {key, since}: what has been drawn without being told
    this.moves = new MutationObserver((changes) => changes.forEach(({ target }) => this.moved(target)));
    this.moves.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["value"] });
  }

  // Python's word on the knobs and on the current point; a guess that is newer than it stays.
  told(data) {
    const { guess } = this;
    if (guess && (data.current?.key === guess.key || performance.now() - guess.since > PATIENCE)) this.guess = null;
    if (!this.guess) this.knobs = data.ahead ? { ...data.ahead.knobs } : null;
    return this.guess ? { ...data, current: this.guess.mark, trail: this.guess.trail, before: null, pending: "" } : data;
  }

  moved(input) {
    const { data } = this.lab;
    const name = this.knobs && input.type === "range" && knobOf(input, this.knobs);
    if (!name || !this.lab.drawn) return;
    const options = data.ahead.options[name];
    const value = options ? options[Number(input.value)] : Number(input.value);
    if (value === this.knobs[name]) return;
    this.knobs[name] = value;
    const { background } = this.lab;
    const key = background.positions?.[position(this.knobs)];
    const mark = key !== undefined && markOf(background, key);
    if (!mark) {
      this.guess = null; // not known here: Python will say
      return;
    }
    const trail = data.current && data.current.key !== key ? [...data.trail, data.current].slice(-8) : data.trail;
    this.guess = { key, mark, trail, since: performance.now() };
    this.lab.foresee(mark, trail);
  }

  destroy() {
    this.moves.disconnect();
  }
}

function knobOf(input, knobs) {
  const box = input.closest('[class*="st-key-"]');
  return box && Object.keys(knobs).find((name) => box.classList.contains(`st-key-${name}`));
}

// The same text as `plots.position` in Python: the knobs' values in alphabetical order of their names.
export function position(knobs) {
  const names = Object.keys(knobs).sort();
  return names.map((name) => (typeof knobs[name] === "number" ? Number(knobs[name].toFixed(6)) : knobs[name])).join("|");
}

function markOf(background, key) {
  const row = background.keys.indexOf(key);
  if (row < 0) return null;
  const figures = {};
  for (const [name, column] of Object.entries(background.values)) {
    if (column[row] === null) continue;
    const [low, high] = [background.low[name]?.[row] ?? null, background.high[name]?.[row] ?? null];
    figures[name] = [column[row], low, high, background.modelled[name]?.[row] ?? 0];
  }
  return { key, label: background.labels[row], technique: background.techniques[row], bundled: Boolean(background.bundled[row]), figures };
}

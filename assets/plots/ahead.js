// The user's move of a slider shown before Python has answered, where the point of its new position is already known
// here. A guess belongs to the knobs that it was made for: the first answer that is not older than it has the last word.

import { Hand } from "./hand.js";

const PATIENCE = 2000; // ms until an answer to a position on the way is believed, if none to the last one comes

export class Ahead {
  constructor(lab) {
    this.lab = lab;
    this.guess = null; // {stand, mark, trail}: what has been drawn without being told
    this.passed = new Set(); // where the knobs stood on the way to it
    this.hand = new Hand(() => this.passed.clear()); // whatever is answered to that is news
    this.moves = new MutationObserver((changes) => changes.forEach(({ target }) => this.moved(target)));
    this.moves.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["value"] });
  }

  // Python's word on the knobs and on the current point, which stays unsaid while it is older than a guess.
  told(data) {
    const { guess } = this;
    const older = guess !== null && this.passed.has(standOf(data)) && standOf(data) !== guess.stand;
    if (!older) return this.believe(data);
    this.word = data;
    this.waiting ??= setTimeout(() => this.lab.show(this.believe(this.word)), PATIENCE);
    return { ...data, current: guess.mark, trail: guess.trail, before: null, pending: "" };
  }

  believe(data) {
    clearTimeout(this.waiting);
    this.waiting = this.word = null;
    this.guess = null;
    this.passed.clear();
    this.knobs = data.ahead ? { ...data.ahead.knobs } : null;
    return data;
  }

  moved(input) {
    const { data } = this.lab;
    const name = this.knobs && input.type === "range" && this.hand.holds(input) && knobOf(input, this.knobs);
    if (!name || !this.lab.drawn) return;
    const options = data.ahead.options[name];
    const value = options ? options[Number(input.value)] : Number(input.value);
    if (value === this.knobs[name]) return;
    this.passed.add(standOf(data, this.knobs));
    this.knobs[name] = value;
    const { background } = this.lab;
    const key = background.positions?.[position(this.knobs)];
    const mark = key !== undefined && markOf(background, key);
    if (!mark) {
      this.guess = null; // not known here: Python will say
      return;
    }
    const trail = data.current && data.current.key !== key ? [...data.trail, data.current].slice(-8) : data.trail;
    this.guess = { stand: standOf(data, this.knobs), mark, trail };
    this.lab.foresee(mark, trail);
  }

  destroy() {
    clearTimeout(this.waiting);
    this.hand.destroy();
    this.moves.disconnect();
  }
}

// What was asked: of which model, with which knobs.
function standOf(data, knobs = data.ahead?.knobs) {
  return knobs ? [data.question, ...Object.keys(knobs), position(knobs)].join("\n") : null;
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
  const answers = background.strip?.answers[key] ?? "";
  const left = background.strip?.left[key] ?? "";
  return { key, label: background.labels[row], technique: background.techniques[row], bundled: Boolean(background.bundled[row]), figures, answers, left };
}

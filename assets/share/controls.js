// What is asked for: sliders that go from one measured point to the next, techniques, limits, axes.

import { escaped, icon } from "../plots/signs.js";

export class Controls {
  constructor({ metrics, signs, axes, change }) {
    Object.assign(this, { metrics, signs, axes, change });
    this.parts = Object.fromEntries(["knobs", "techniques", "limits", "axes"].map((id) => [id, document.getElementById(id)]));
    this.parts.knobs.addEventListener("input", ({ target }) => this.moved(target));
    this.parts.techniques.addEventListener("change", () => this.chosen());
    this.parts.limits.addEventListener("input", () => this.limited());
    this.parts.axes.addEventListener("change", () => this.turned());
  }

  show(state, shown) {
    Object.assign(this, { state, shown });
    const { told } = shown;
    if (this.told !== told) this.build(told);
    this.told = told;
    this.knobs();
    const kept = new Set(state.t ?? told.techniques);
    for (const box of this.parts.techniques.querySelectorAll("input")) box.checked = kept.has(box.value);
    for (const field of this.parts.limits.querySelectorAll("input")) {
      const limit = state.limits[field.dataset.metric];
      if (document.activeElement !== field) field.value = limit === undefined ? "" : Number((limit * this.metrics[field.dataset.metric].factor).toPrecision(6));
    }
    this.parts.axes.querySelectorAll("select").forEach((select, i) => (select.value = state.x[i] ?? (state.scale === "linear" ? "linear" : "log")));
  }

  build(told) {
    const { metrics, signs } = this;
    this.family = null;
    const there = Object.keys(signs).filter((name) => name !== "original" && told.techniques.includes(name));
    const dark = getComputedStyle(document.documentElement).colorScheme.includes("dark");
    const boxes = there.map((name) => `<label>${`<input type="checkbox" value="${escaped(name)}">`}${icon(signs[name], dark)}${escaped(signs[name].label)}</label>`);
    this.parts.techniques.innerHTML = `<legend>Techniques</legend>${boxes.join("")}`;
    const limited = [told.quality, ...Object.keys(metrics).filter((name) => metrics[name].headline && told.values[name]).sort((a, b) => metrics[a].headline - metrics[b].headline)];
    const fields = limited.map((name) => {
      const { label, better, unit } = metrics[name];
      return `<label><span>${escaped(label)} at ${better === "lower" ? "most" : "least"}${unit ? `, ${escaped(unit)}` : ""}</span><input type="number" min="0" step="any" data-metric="${escaped(name)}"></label>`;
    });
    this.parts.limits.innerHTML = `<legend>Limits</legend>${fields.join("")}`;
    const options = this.axes.filter((name) => told.values[name]).map((name) => `<option value="${escaped(name)}">${escaped(metrics[name].label)}</option>`);
    const selects = [1, 2, 3].map((number) => `<label>Plot ${number}<select>${options.join("")}</select></label>`);
    this.parts.axes.innerHTML = `<summary>Axes</summary>${selects.join("")}<label>Scale<select><option value="log">logarithmic</option><option value="linear">linear</option></select></label>`;
  }

  // The family of the point, its knobs where the point has them.
  knobs() {
    const { told, at } = this.shown;
    const found = told.families.findIndex(({ rows }) => rows.some(([row]) => row === at));
    if (this.family !== found || !this.parts.knobs.firstChild) this.form(found);
    this.family = found;
    const own = told.families[found]?.rows.find(([row]) => row === at);
    for (const slider of this.parts.knobs.querySelectorAll("input")) {
      const [knob, value] = [told.families[found].knobs[slider.dataset.knob], own[Number(slider.dataset.knob) + 1]];
      slider.value = value;
      slider.parentElement.hidden = !this.counts(knob, own);
      slider.setAttribute("aria-valuetext", knob.texts[value]);
      slider.parentElement.querySelector("b").textContent = knob.texts[value];
    }
  }

  // Whether a knob has an effect where the others stand; one that nothing is known of doesn't move.
  counts({ needs }, own) {
    const { knobs } = this.shown.told.families[this.family];
    return Object.entries(needs).every(([name, texts]) => {
      const other = knobs.findIndex((knob) => knob.name === name);
      return other < 0 || texts.includes(knobs[other].texts[own[other + 1]]);
    });
  }

  form(found) {
    const { told } = this.shown;
    const families = told.families.map(({ label, rows }, i) => `<option value="${i}"${i === found ? " selected" : ""}>${escaped(label)} (${rows.length})</option>`);
    const other = found < 0 ? `<option value="-1" selected>The original, and what stands alone</option>` : "";
    const knobs = (told.families[found]?.knobs ?? []).map(({ label, help, texts }, i) => `<label title="${escaped(help)}"><span>${escaped(label)}</span><b aria-hidden="true"></b><input type="range" min="0" max="${texts.length - 1}" step="1" data-knob="${i}"></label>`);
    this.parts.knobs.innerHTML = `<label>Recipe<select>${other}${families.join("")}</select></label>${knobs.join("")}${knobs.length ? `<p>Sliders go from one measured point to the next: where there is none, the others move along.</p>` : ""}`;
  }

  moved(target) {
    const { told, at } = this.shown;
    if (target.tagName === "SELECT") {
      const family = told.families[Number(target.value)];
      if (family) this.change({ point: told.keys[family.rows[Math.floor(family.rows.length / 2)][0]] });
      return;
    }
    const { rows, knobs } = told.families[this.family];
    const knob = Number(target.dataset.knob) + 1;
    const own = rows.find(([row]) => row === at);
    const wanted = Number(target.value);
    const steps = [...new Set(rows.map((row) => row[knob]))];
    const place = steps.reduce((best, step) => (Math.abs(step - wanted) < Math.abs(best - wanted) ? step : best));
    const far = (row) => knobs.reduce((sum, { texts }, i) => (i + 1 === knob ? sum : sum + Math.abs(row[i + 1] - own[i + 1]) / texts.length), 0);
    const [next] = rows.filter((row) => row[knob] === place).sort((a, b) => far(a) - far(b));
    this.change({ point: told.keys[next[0]] });
  }

  chosen() {
    const boxes = [...this.parts.techniques.querySelectorAll("input")];
    const kept = boxes.filter(({ checked }) => checked).map(({ value }) => value);
    this.change({ t: kept.length === boxes.length ? undefined : kept.length ? kept : ["none"] });
  }

  limited() {
    const limits = {};
    for (const field of this.parts.limits.querySelectorAll("input")) {
      const value = field.valueAsNumber;
      const wrong = field.value !== "" && !Number.isFinite(value);
      field.setAttribute("aria-invalid", wrong || field.validity.badInput);
      if (Number.isFinite(value)) limits[field.dataset.metric] = value / this.metrics[field.dataset.metric].factor;
    }
    this.change({ limits });
  }

  turned() {
    const [one, two, three, scale] = [...this.parts.axes.querySelectorAll("select")].map(({ value }) => value);
    this.change({ x: [one, two, three], scale: scale === "linear" ? "linear" : "" });
  }
}

// Below the plots: the front within the limits, or what was selected, as a table; and the point with all its figures.

import { text } from "../plots/format.js";
import { escaped, icon } from "../plots/signs.js";
import { ON_FRONT } from "./front.js";
import { change } from "./words.js";

const MOST = 60; // rows of a table

export class Pages {
  constructor({ metrics, pick }) {
    Object.assign(this, { metrics, pick, selected: [] });
    [this.table, this.head, this.point] = ["points", "listed", "point"].map((id) => document.getElementById(id));
    this.table.addEventListener("click", ({ target }) => target.closest("[data-key]") && this.pick(target.closest("[data-key]").dataset.key));
    this.point.addEventListener("click", ({ target }) => target.closest("[data-copy]") && this.copy(target.closest("[data-copy]")));
  }

  show(shown, { limits }) {
    this.limited = Object.keys(limits).length > 0;
    this.list(shown);
    this.detail(shown);
  }

  list(shown) {
    const { told, standing, axes, within } = shown;
    const chosen = new Set(this.selected);
    const picked = told.keys.map((_, row) => row).filter((row) => chosen.has(told.keys[row]));
    const front = within.filter((row) => standing[axes[0]].get(row) === ON_FRONT);
    const rows = (picked.length ? picked : front).sort((a, b) => (told.values[axes[0]]?.[a] ?? 0) - (told.values[axes[0]]?.[b] ?? 0));
    this.head.textContent = picked.length ? `Selected points (${picked.length})` : this.limited ? "The front within the limits" : "The front";
    const columns = [told.quality, ...axes.filter((name) => name !== told.quality)];
    const heads = columns.map((name) => `<th scope="col">${escaped(this.metrics[name].label)}</th>`);
    const body = rows.slice(0, MOST).map((row) => {
      const cells = columns.map((name) => `<td>${escaped(this.figure(told, name, row))}</td>`);
      const now = row === shown.at ? ' aria-current="true"' : "";
      return `<tr${now}><th scope="row"><button type="button" data-key="${escaped(told.keys[row])}">${escaped(told.labels[row])}</button></th>${cells.join("")}</tr>`;
    });
    const more = rows.length > MOST ? `<p>And ${rows.length - MOST} more.</p>` : "";
    this.table.innerHTML = rows.length
      ? `<table><thead><tr><th scope="col">Recipe</th>${heads.join("")}</tr></thead><tbody>${body.join("")}</tbody></table>${more}`
      : `<p>${escaped(closest(shown, this))}</p>`;
  }

  detail({ told, at }) {
    if (at < 0) return;
    const names = Object.keys(told.values).filter((name) => told.values[name][at] !== null);
    const rows = names.map((name) => {
      const [value, low, high] = ["values", "low", "high"].map((part) => told[part][name]?.[at] ?? null);
      const range = low === null || high === null ? "" : `${text(this.metrics[name].style, low, low, high)} to ${text(this.metrics[name].style, high, low, high)}`;
      const how = told.modelled[name]?.[at] ? "modelled" : "measured";
      return `<tr><th scope="row" title="${escaped(this.metrics[name].help)}">${escaped(this.metrics[name].label)}</th><td>${escaped(text(this.metrics[name].style, value, low, high))}</td><td>${escaped(range)}</td><td>${escaped(change(told, this.metrics, name, at))}</td><td>${how}</td></tr>`;
    });
    const sign = self.compactLab.common.signs[told.techniques[at]] ?? self.compactLab.common.signs.chain;
    const dark = getComputedStyle(document.documentElement).colorScheme.includes("dark");
    this.point.innerHTML = `<h3>${icon(sign, dark, { hollow: at > 0 })} ${escaped(told.labels[at])}</h3>
      <p class="command"><code>${escaped(told.commands[at])}</code> <button type="button" data-copy>Copy</button></p>
      <p class="key">Key ${escaped(told.keys[at])}</p>
      <div class="wide" tabindex="0" role="region" aria-label="Figures of the point"><table><thead><tr><th scope="col">Figure</th><th scope="col">Value</th><th scope="col">95 % interval</th><th scope="col">Against the original</th><th scope="col">How</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
  }

  figure = (told, name, row) => text(this.metrics[name].style, told.values[name]?.[row] ?? null, told.low[name]?.[row] ?? null, told.high[name]?.[row] ?? null);

  async copy(button) {
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code); // a file may not write to the clipboard everywhere
      button.textContent = "Selected: copy it";
    }
  }
}

// Nothing keeps the limits: which point misses them by least.
function closest({ told, rows, refused }, { metrics }) {
  const compressed = rows.filter((row) => told.keys[row] in refused);
  if (!compressed.length) return "No point of these techniques.";
  return `No point is within these limits. ${nearest(told, compressed, metrics)}`;
}

function nearest(told, rows, metrics) {
  const limits = [...document.querySelectorAll("#limits input")].filter(({ value }) => value !== "");
  const miss = (row) => Math.max(...limits.map(({ dataset: { metric }, value }) => {
    const [limit, is] = [Number(value) / metrics[metric].factor, told.values[metric]?.[row] ?? NaN];
    const over = metrics[metric].better === "lower" ? is / limit : limit / is;
    return Number.isNaN(over) ? Infinity : over;
  }));
  const [best] = rows.map((row) => [miss(row), row]).sort((a, b) => a[0] - b[0]);
  if (!best || !Number.isFinite(best[0])) return "Loosen one of them.";
  return `Closest: ${told.labels[best[1]]}, ${text("percent", best[0] - 1)} beyond. Loosen one of them.`;
}

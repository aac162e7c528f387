// The plots as they are presented: one of them, large, whose cost the keys 1 to 3 switch, and beside it what one of
// several points comes to; arrow keys go from one to the next. All of it came with the page: no step waits for the server.

import { typing } from "./keys.js";
import { Loss } from "./loss.js";
import { escaped, icon } from "./signs.js";
import { WIDE } from "./sizes.js";

const SCALE = 1.5; // of everything in the plot; the texts around it are as large by presenting.css
const LARGE = "(min-width: 900px) and (min-height: 600px)"; // as in presenting.css: smaller windows scroll
const SMALL_HEIGHT = 380; // px of the plot there
const FITTING = [1, 0.94, 0.88, 0.82, 0.76, 0.7]; // how large the result's words are, the first that fits
const STEPS = { ArrowLeft: -1, PageUp: -1, ArrowRight: 1, PageDown: 1 }; // and of hand-held presenters

export class Presenting {
  constructor(lab) {
    this.lab = lab;
    this.window = matchMedia(LARGE);
    lab.root.classList.add("lab-presenting");
    lab.mode = "look"; // nothing is zoomed or selected by mistake
    lab.sizes.observe(lab.row); // what the words around it leave
    this.costs = element("nav", "lab-costs", "Cost on the horizontal axis");
    this.steps = element("nav", "lab-steps", "Points");
    this.steps.innerHTML = `${arrow(-1, "Previous point", "\u2039")}<span></span>${arrow(1, "Next point", "\u203a")}`;
    this.place = this.steps.children[1];
    lab.root.querySelector(".lab-status").append(this.steps, this.costs);
    this.words = element("section", "lab-result", "Result");
    this.words.setAttribute("aria-live", "polite");
    lab.row.after(this.words);
    this.loss = new Loss((place) => this.allow(place), () => this.spoken());
    this.words.after(this.loss.box);
    this.costs.addEventListener("click", ({ target }) => this.switch(Number(target.closest("button")?.dataset.cost)));
    this.steps.addEventListener("click", ({ target }) => this.step(Number(target.closest("button")?.dataset.step)));
    this.pressed = (event) => this.key(event);
    window.addEventListener("keydown", this.pressed, true); // before what has the focus: an arrow always steps
  }

  // Python's word on what there is to show; which of it is shown is the user's, once it was told.
  told(data) {
    const { stops, at, cost } = data.present;
    const known = [data.question, ...stops.map(({ mark }) => mark.key)].join(" ");
    if (known !== this.known) Object.assign(this, { known, at, cost, allowed: data.present.allowed?.first ? data.present.allowed.at : null });
    this.given = data;
    this.loss.receive(data.present.allowed, this.allowed);
    return this.chosen();
  }

  chosen() {
    const { axes, present } = this.given;
    return { ...this.given, axes: [axes[this.cost]], current: this.stop(present)?.mark ?? null };
  }

  // What is shown: one of the points, or what is decided for what may be lost.
  stop({ stops, allowed } = this.given.present) {
    return this.allowed === null ? stops[this.at] : (allowed.stops[allowed.places[this.allowed][3]] ?? null);
  }

  // The audience's slider: all of its answers came with the page.
  allow(place) {
    this.allowed = place;
    this.lab.hover.clear();
    this.lab.show(this.chosen());
    this.write();
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || typing(event.target)) return;
    if (STEPS[event.key] && event.target !== this.loss.slider) this.step(STEPS[event.key]);
    else if (event.key === "n") this.spoken();
    else if (["1", "2", "3"].includes(event.key)) this.switch(Number(event.key) - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  step(by) {
    if (by && this.allowed !== null) this.go(by > 0 ? this.given.present.at : 0, this.cost, null);
    else if (by) this.go(Math.min(Math.max(this.at + by, 0), this.given.present.stops.length - 1), this.cost);
  }

  switch(cost) {
    if (cost in this.given.axes) this.go(this.at, cost);
  }

  go(at, cost, allowed = this.allowed) {
    if (!(at in this.given.present.stops) || (at === this.at && cost === this.cost && allowed === this.allowed)) return;
    Object.assign(this, { at, cost, allowed });
    this.loss.rest(allowed);
    this.lab.hover.clear();
    this.lab.show(this.chosen());
    this.write();
  }

  // Into the link, by the browser alone: an answer of the server's could come after the page was left.
  write() {
    const address = new URL(location.href);
    if (this.allowed === null) address.searchParams.set("at", this.given.present.stops[this.at].start);
    else address.searchParams.delete("at");
    if (this.allowed === null) address.searchParams.delete("lose");
    else address.searchParams.set("lose", this.given.present.allowed.places[this.allowed][1]);
    address.searchParams.set("plot", this.cost + 1);
    history.replaceState(history.state, "", address);
  }

  // Notes for the speaker, over the plot's legend.
  spoken() {
    this.speaking = !this.speaking;
    this.loss.speaking(this.speaking);
    this.draw();
  }

  size() {
    const { clientWidth, clientHeight } = this.lab.row;
    return `${clientWidth} x ${clientHeight}`;
  }

  arrange() {
    const { lab } = this;
    lab.stacked = false;
    lab.scale = this.window.matches ? SCALE : 1;
    const height = this.window.matches ? lab.row.clientHeight : SMALL_HEIGHT;
    const [wide, high] = [lab.row.clientWidth, height].map((room) => Math.max(120, Math.floor(room / lab.scale)));
    lab.row.style.transform = lab.scale === 1 ? "" : `scale(${lab.scale})`;
    lab.panels[0].place({ left: WIDE, width: wide, height: high });
  }

  draw() {
    const { stops } = this.given.present;
    const drawn = JSON.stringify([this.at, this.allowed, this.speaking, this.cost, this.given.present, this.lab.theme.name, this.size()]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const { metrics } = this.lab.background;
    const buttons = this.given.axes.map(({ metric }, i) => `<button type="button" data-cost="${i}" aria-pressed="${i === this.cost}" title="Key ${i + 1}"><kbd>${i + 1}</kbd> ${escaped(metrics[metric]?.label ?? metric)}</button>`);
    const focused = this.costs.contains(document.activeElement);
    this.costs.innerHTML = buttons.join("");
    if (focused) this.costs.children[this.cost].focus();
    this.place.textContent = this.allowed !== null ? "claim" : stops.length ? `${this.at + 1} of ${stops.length}` : "";
    this.words.innerHTML = this.said(this.stop());
    const things = [...this.words.querySelectorAll(".lab-everyday")];
    while (!this.fits() && things.length) things.pop().remove(); // what is nice to know goes before the figures are cut
  }

  // Whether some size of the words leaves nothing cut; the first that does is kept.
  fits() {
    const { words } = this;
    return FITTING.some((size) => {
      words.style.setProperty("--size", size);
      return words.scrollHeight <= words.clientHeight + 1 || !this.window.matches;
    });
  }

  said(stop) {
    const notes = this.given.present.notes ? `<p class="lab-notes">${escaped(this.given.present.notes)}</p>` : "";
    const { allowed } = this.given.present;
    const claim = this.allowed === null ? "" : `<h2 class="lab-claimed"><span>${escaped(allowed.places[this.allowed][2])}</span></h2>`;
    if (!stop) return `${claim || `<p class="lab-said">${escaped(this.given.empty)}</p>`}${notes}`;
    if (this.speaking) return `<h2>Speaker's notes</h2><p class="lab-spoken">${escaped(stop.notes)}</p>`;
    const { background, theme } = this.lab;
    const { mark, name, said, why, figures } = stop;
    const sign = icon(background.signs[mark.technique] ?? background.signs.chain, theme.dark, { hollow: mark.bundled && mark.technique !== "original", size: 20 });
    const ways = [...new Set(figures.map(({ how }) => how).filter(Boolean))];
    const rows = figures.map(({ metric, label, value, change, how }) => `<div data-metric="${metric}"><dt>${escaped(label)}</dt><dd class="lab-amount">${escaped(value)}${how ? `<small title="${escaped(how)}">${escaped(how[0])}</small>` : ""}</dd><dd>${escaped(change)}</dd></div>`);
    const things = stop.everyday.map(([words, source]) => `<p class="lab-everyday">${escaped(words)} <small title="${escaped(source)}">${escaped(source)}</small></p>`);
    const head = claim || `<h2>${sign}<span>${escaped(name)}</span></h2><p class="lab-said"><b>${escaped(said)}</b>${why ? ` <span>${escaped(why)}</span>` : ""}</p>`;
    return `${head}
      <dl>${rows.join("")}${ways.length ? `<div><dt>Figures are</dt>${ways.map((way) => `<dd>${escaped(way)}</dd>`).join("")}</div>` : ""}</dl>${things.join("")}${notes}`;
  }

  destroy() {
    window.removeEventListener("keydown", this.pressed, true);
  }
}

function element(tag, name, label) {
  const made = Object.assign(document.createElement(tag), { className: name });
  made.setAttribute("aria-label", label);
  return made;
}

const arrow = (step, label, text) => `<button type="button" data-step="${step}" aria-label="${label}" title="${label} (arrow key)">${text}</button>`;

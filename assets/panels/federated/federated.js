// The clients of a federated training, and its rounds played step by step: send, train, return, average.

import { html, number, say, style } from "../common/elements.js";
import { asked, doing, known, moved, percent, PHASES, sentence } from "./phases.js";

const PHASE_MS = 900; // while it plays
const SIGNS = { gets: "↓ gets the model", trains: "trains", sends: "↑ sends", counts: "✓ counted", vanished: "✕ vanished", late: "✕ too late", refused: "✕ refused" };

const views = new WeakMap();
const styled = style(new URL("./federated.css", import.meta.url));

export default function render(component) {
  const parent = component.parentElement;
  if (!views.has(parent)) views.set(parent, new View(parent));
  views.get(parent).receive(component.data);
  return () => setTimeout(() => parent.isConnected || views.get(parent)?.pause());
}

class View {
  constructor(parent) {
    this.words = html("p", "fed-words");
    this.words.setAttribute("aria-live", "polite");
    this.back = button("Back", () => this.step(-1));
    this.next = button("Step", () => this.step(1));
    this.playing = button("Play", () => (this.timer ? this.pause() : this.play()));
    this.slider = Object.assign(html("input", "fed-slider"), { type: "range", min: 1, step: 1 });
    this.slider.setAttribute("aria-label", "Round");
    this.slider.oninput = () => this.jump(Number(this.slider.value));
    this.round = html("span", "fed-round");
    this.phases = html("ol", "fed-phases", ...PHASES.map((name) => html("li", "", name)));
    this.controls = html("div", "fed-controls", this.back, this.next, this.playing, this.slider, this.round, this.phases);
    this.server = html("div", "fed-server");
    this.cards = html("div", "fed-cards");
    this.root = html("div", "fed", this.controls, this.words, this.server, this.cards);
    parent.append(this.root);
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.still.onchange = () => this.draw();
  }

  receive(data) {
    if (data.version === this.data?.version) return;
    const isLonger = this.data && data.training === this.data.training && data.rounds.length > this.data.rounds.length;
    this.data = data;
    if (!isLonger) {
      this.pause();
      this.at = { number: 1, phase: 0 };
    }
    this.most = Math.max(1, ...data.counts.flat());
    styled.then(() => this.draw());
  }

  step(by) {
    this.pause();
    this.go(by);
  }

  go(by) {
    const next = moved(this.at, by, this.data.rounds.length);
    if (next) this.at = next;
    else this.pause();
    this.draw();
  }

  jump(number) {
    this.pause();
    this.at = { number, phase: PHASES.length - 1 };
    this.draw();
  }

  play() {
    if (!moved(this.at, 1, this.data.rounds.length)) this.at = { number: 1, phase: 0 };
    this.timer = setInterval(() => this.go(1), PHASE_MS);
    this.draw();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.playing.textContent = "Play";
  }

  draw() {
    const { rounds, started, hint } = this.data;
    const isTrained = rounds.length > 0;
    this.controls.hidden = this.server.hidden = !isTrained;
    if (isTrained) this.drawMoment(rounds, started);
    else this.words.textContent = hint;
    this.cards.replaceChildren(...this.data.names.map((name, client) => this.card(name, client, isTrained)));
  }

  drawMoment(rounds, started) {
    const { at } = this;
    if (this.still.matches) this.pause();
    this.playing.hidden = this.still.matches;
    this.playing.textContent = this.timer ? "Pause" : "Play";
    this.back.disabled = !moved(at, -1, rounds.length);
    this.next.disabled = !moved(at, 1, rounds.length);
    this.slider.max = rounds.length;
    this.slider.value = at.number;
    this.round.textContent = `Round ${at.number} of ${rounds.length}`;
    [...this.phases.children].forEach((item, place) => (place === at.phase ? item.setAttribute("aria-current", "step") : item.removeAttribute("aria-current")));
    say(this.words, sentence(rounds, started, at));
    const right = known(rounds, started, at).server;
    this.server.replaceChildren(html("b", "", "Server"), bar(right), html("span", "", percent(right)));
    Object.assign(this.root.dataset, { round: at.number, phase: PHASES[at.phase].toLowerCase(), asked: asked(rounds[at.number - 1]).length });
  }

  card(name, client, isTrained) {
    const { rounds, started, counts, classes } = this.data;
    const own = counts[client];
    const total = own.reduce((sum, count) => sum + count, 0);
    const bars = own.map((count, place) => {
      const each = html("i", "fed-count");
      each.style.height = `${count ? Math.max(4, (100 * count) / this.most) : 0}%`;
      each.title = `${number(count)} of ${classes[place]}`;
      return each;
    });
    const histogram = html("div", "fed-histogram", ...bars);
    histogram.setAttribute("role", "img");
    histogram.setAttribute("aria-label", own.map((count, place) => `${classes[place]} ${number(count)}`).join(", "));
    const card = html("div", "fed-card", html("b", "fed-name", name), histogram, html("span", "fed-muted", total ? `${number(total)} examples` : "no examples"));
    if (!isTrained) return card;
    const what = doing(rounds[this.at.number - 1], this.at.phase, client);
    const right = known(rounds, started, this.at).clients?.[client];
    card.dataset.doing = what || "rests";
    card.append(
      html("span", "fed-accuracy", right === undefined || !total ? "no accuracy yet" : `${percent(right)} right`),
      html("span", "fed-doing", SIGNS[what] ?? (total ? "not asked" : "has no data")),
    );
    return card;
  }
}

function button(name, onclick) {
  const made = Object.assign(html("button", "fed-button", name), { type: "button", onclick });
  return made;
}

function bar(share) {
  const filled = html("i");
  filled.style.width = `${100 * share}%`;
  return html("span", "fed-bar", filled);
}

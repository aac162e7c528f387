// The clients of a federated training, and its rounds played step by step: send, train, return, average.

import { html, number, say, style } from "../common/elements.js";
import { Player, styled as controlled } from "../common/player.js";
import { asked, doing, known, moved, percent, PHASES, sentence } from "./phases.js";

const PHASE_MS = 900; // while it plays
const SIGNS = { gets: "↓ gets the model", trains: "trains", sends: "↑ sends", counts: "✓ counted", vanished: "✕ vanished", late: "✕ too late", refused: "✕ refused" };

const views = new WeakMap();
const styled = Promise.all([controlled, style(new URL("./federated.css", import.meta.url))]);

export default function render(component) {
  const parent = component.parentElement;
  if (!views.has(parent)) views.set(parent, new View(parent));
  views.get(parent).receive(component.data);
  return () => setTimeout(() => parent.isConnected || views.get(parent)?.player.pause());
}

class View {
  constructor(parent) {
    this.words = html("p", "fed-words");
    this.words.setAttribute("aria-live", "polite");
    this.player = new Player("Round", this);
    this.phases = html("ol", "fed-phases", ...PHASES.map((name) => html("li", "", name)));
    this.player.element.append(this.phases);
    this.server = html("div", "fed-server");
    this.cards = html("div", "fed-cards");
    this.root = html("div", "fed", this.player.element, this.words, this.server, this.cards);
    parent.append(this.root);
  }

  receive(data) {
    if (data.version === this.data?.version) return;
    const isLonger = this.data && data.training === this.data.training && data.rounds.length > this.data.rounds.length;
    this.data = data;
    if (!isLonger) {
      this.player.pause();
      this.at = { number: 1, phase: 0 };
    }
    this.most = Math.max(1, ...data.counts.flat());
    styled.then(() => this.draw());
  }

  can(by) {
    return Boolean(moved(this.at, by, this.data.rounds.length));
  }

  move(by) {
    this.at = moved(this.at, by, this.data.rounds.length);
  }

  jump(number) {
    this.at = { number, phase: PHASES.length - 1 };
  }

  rewind() {
    this.at = { number: 1, phase: 0 };
  }

  pace() {
    return PHASE_MS;
  }

  draw() {
    const { rounds, started, hint } = this.data;
    const isTrained = rounds.length > 0;
    this.player.element.hidden = this.server.hidden = !isTrained;
    if (isTrained) this.drawMoment(rounds, started);
    else this.words.textContent = hint;
    this.cards.replaceChildren(...this.data.names.map((name, client) => this.card(name, client, isTrained)));
  }

  drawMoment(rounds, started) {
    const { at } = this;
    this.player.draw(`Round ${at.number} of ${rounds.length}`, { min: 1, max: rounds.length, value: at.number });
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

function bar(share) {
  const filled = html("i");
  filled.style.width = `${100 * share}%`;
  return html("span", "fed-bar", filled);
}

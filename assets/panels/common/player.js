// Moments played one after the other: back, step, play and a slider. Nothing plays where motion is to be reduced.

import { html, style } from "./elements.js";

export const styled = style(new URL("./player.css", import.meta.url));

export class Player {
  // `host` has can(by), move(by), jump(place), rewind(), draw(), and pace(): milliseconds for each moment.
  constructor(name, host) {
    this.host = host;
    this.back = button("Back", () => this.step(-1));
    this.next = button("Step", () => this.step(1));
    this.playing = button("Play", () => (this.timer ? this.stop() : this.play()));
    this.slider = Object.assign(html("input", "player-slider"), { type: "range", step: 1, oninput: () => this.jump() });
    this.slider.setAttribute("aria-label", name);
    this.place = html("span", "player-place");
    this.element = html("div", "player", this.back, this.next, this.playing, this.slider, this.place);
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.still.onchange = () => host.draw();
  }

  step(by) {
    this.pause();
    if (this.host.can(by)) this.host.move(by);
    this.host.draw();
  }

  jump() {
    this.pause();
    this.host.jump(Number(this.slider.value));
    this.host.draw();
  }

  play() {
    if (!this.host.can(1)) this.host.rewind();
    this.timer = setInterval(() => this.tick(), this.host.pace());
    this.host.draw();
  }

  tick() {
    if (this.host.can(1)) this.host.move(1);
    else this.pause();
    this.host.draw();
  }

  stop() {
    this.pause();
    this.host.draw();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
  }

  draw(place, { min = 0, max, value }) {
    if (this.still.matches) this.pause();
    this.playing.hidden = this.still.matches;
    this.playing.textContent = this.timer ? "Pause" : "Play";
    this.back.disabled = !this.host.can(-1);
    this.next.disabled = !this.host.can(1);
    Object.assign(this.slider, { min, max, value });
    this.place.textContent = place;
  }
}

function button(name, onclick) {
  return Object.assign(html("button", "player-button", name), { type: "button", onclick });
}

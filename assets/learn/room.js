// A class: what all guessed, shown before the reveal. The server keeps numbers and nobody's name, and forgets them.

import { html } from "../panels/common/elements.js";
import { distribution } from "./distribution.js";

const EVERY_MS = 2000;
const ME = "compact-ai-lab.me"; // a random word a tab, so that who guesses again counts once

export class Room {
  constructor({ code, url }, lesson, reveal) {
    Object.assign(this, { code, url, lesson });
    this.said = html("p", "lesson-frame");
    this.said.setAttribute("aria-live", "polite");
    this.place = html("div", "lesson-room-picture");
    this.open = Object.assign(html("button", "lesson-button lesson-primary", "Show what was measured"), { type: "button", hidden: true });
    this.open.onclick = () => {
      this.open.hidden = true;
      reveal();
    };
    this.front = Object.assign(html("button", "lesson-button lesson-quiet", "For the screen at the front: show all guesses"), { type: "button" });
    this.front.onclick = () => this.watch();
    this.element = html("div", "lesson-room", html("p", "lesson-who", `Class ${code}`), this.said, this.place, html("div", "lesson-locks", this.open, this.front));
    this.look();
    this.timer = setInterval(() => this.look(), EVERY_MS);
  }

  // Whether the answer is to be shown at once: where the class can't be reached it is.
  async commit(guess) {
    const told = await this.ask({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ who: me(), guess }) });
    if (told.error) {
      this.said.textContent = told.error;
      return false;
    }
    this.isIn = this.front.hidden = true;
    this.draw(told);
    this.open.hidden = false;
    return true;
  }

  async look() {
    if (this.element.isConnected) this.draw(await this.ask({}));
    else if (this.wasThere) clearInterval(this.timer);
    this.wasThere ||= this.element.isConnected;
  }

  async ask(how) {
    try {
      const answer = await fetch(new URL(`${this.url}/${encodeURIComponent(this.code)}/${this.lesson.id}`, document.baseURI), how);
      return await answer.json();
    } catch {
      return { error: "The class can't be reached now: your guess stays with you." };
    }
  }

  draw(told) {
    if (told.error) {
      this.said.textContent = told.error;
      return;
    }
    const { count, guesses } = told;
    this.said.textContent = count ? `${count} ${count === 1 ? "guess" : "guesses"} so far.${this.isIn ? "" : " They are shown once you have guessed."}` : "Nobody has guessed yet.";
    if (this.isIn || this.isWatching) this.place.replaceChildren(distribution(this.lesson.predict, guesses));
  }

  // For the screen at the front: all guesses, without one of its own.
  watch() {
    this.isWatching = this.front.hidden = true;
    this.look();
  }
}

function me() {
  try {
    const word = sessionStorage.getItem(ME) ?? crypto.randomUUID?.() ?? String(Math.random()).slice(2);
    sessionStorage.setItem(ME, word);
    return word;
  } catch {
    return "without a store";
  }
}

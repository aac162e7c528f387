// Which slider the user's hand is on: only what moves there meanwhile is the user's own move, not the program's.

const SLIDER = '[class*="st-key-"]';
const RELEASE = 100; // ms after a key or the pointer is up: the browser may draw the last step of a drag a little later

export class Hand {
  // `elsewhere` is called when the user does anything but move a slider.
  constructor(elsewhere) {
    this.on = null;
    this.elsewhere = elsewhere;
    this.ends = new AbortController();
    const listen = (name, heard) => window.addEventListener(name, heard, { capture: true, passive: true, signal: this.ends.signal });
    for (const name of ["keydown", "pointerdown", "input"]) listen(name, ({ target }) => this.touch(target));
    for (const name of ["keyup", "pointerup", "pointercancel"]) listen(name, () => this.release());
    listen("input", () => this.release()); // of a screen reader: no key, no pointer
    listen("popstate", () => this.leave());
  }

  holds(input) {
    return this.on !== null && sliderOf(input) === this.on;
  }

  touch(target) {
    clearTimeout(this.releasing);
    const slider = sliderOf(target);
    if (slider) this.on = slider;
    else this.leave();
  }

  release() {
    clearTimeout(this.releasing);
    this.releasing = setTimeout(() => (this.on = null), RELEASE);
  }

  leave() {
    this.on = null;
    this.elsewhere();
  }

  destroy() {
    clearTimeout(this.releasing);
    this.ends.abort();
  }
}

function sliderOf(target) {
  const box = target instanceof Element ? target.closest(SLIDER) : null;
  return box?.querySelector("input[type=range]") ? box : null;
}

// What a word around the plots means, in a box beside it: by the pointer, by the keyboard, by a tap. Escape puts it away.
// A word with a hint is a button that is described by it.

import { escaped } from "./signs.js";

const LATER = 300; // ms that the pointer rests on a word before its box opens, and is off it before it closes
const GAP = 6; // px between the word and its box

export class Hints {
  constructor(lab) {
    this.lab = lab;
    this.box = Object.assign(document.createElement("div"), { className: "lab-hint", hidden: true });
    this.box.setAttribute("role", "tooltip");
    this.box.setAttribute("aria-hidden", "true"); // the button says it already
    lab.root.append(this.box);
    const { root } = lab;
    root.addEventListener("focusin", ({ target }) => this.open(target.closest("[data-hint]")));
    root.addEventListener("focusout", () => this.open(null));
    root.addEventListener("click", ({ target }) => target.closest("[data-hint]") && this.open(target.closest("[data-hint]")));
    root.addEventListener("pointerover", ({ target }) => this.over(target));
    root.addEventListener("pointerleave", () => this.over(null));
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.box.hidden) return;
      this.open(null);
      event.stopPropagation();
    }, true);
  }

  over(target) {
    const term = target?.closest("[data-hint], .lab-hint") ?? null;
    if (term === this.under) return;
    this.under = term;
    clearTimeout(this.waiting);
    if (term !== this.box && (term || !this.box.hidden)) this.waiting = setTimeout(() => this.open(term ?? this.focused), LATER);
  }

  get focused() {
    return this.lab.root.querySelector("[data-hint]:focus-visible");
  }

  open(term) {
    clearTimeout(this.waiting);
    this.box.hidden = !term;
    if (!term) return;
    this.box.textContent = term.getAttribute("aria-description");
    const [frame, word] = [this.lab.root, term].map((element) => element.getBoundingClientRect());
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const over = word.top - GAP - height;
    const left = Math.min(Math.max(word.left + (word.width - width) / 2 - frame.left, 0), frame.width - width);
    const top = over >= frame.top ? over : word.bottom + GAP;
    Object.assign(this.box.style, { left: `${left}px`, top: `${top - frame.top}px` });
  }
}

// A word as HTML: a button where there is something to tell of it. `words` may be HTML.
export function word(words, told, name = "") {
  if (!told) return `<span class="${name}">${words}</span>`;
  return `<button type="button" class="lab-term ${name}" data-hint aria-description="${escaped(told)}">${words}</button>`;
}

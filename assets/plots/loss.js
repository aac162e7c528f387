// The slider of a presentation: how much may be lost. Each place has its decision, which came with the page.

export class Loss {
  constructor(moved, spoken) {
    this.box = Object.assign(document.createElement("div"), { className: "lab-loss", hidden: true });
    this.box.innerHTML = `<label><span></span> <b aria-hidden="true"></b><input type="range" min="0" step="1"></label><button type="button" aria-pressed="false" title="Speaker's notes (key n)">Notes</button>`;
    [this.name, this.value, this.slider] = this.box.firstElementChild.children;
    this.notes = this.box.lastElementChild;
    this.notes.addEventListener("click", spoken);
    this.slider.addEventListener("input", () => {
      this.show(Number(this.slider.value));
      moved(Number(this.slider.value));
    });
  }

  // What there is to move among; `place` is null while something else is shown.
  receive(allowed, place) {
    this.allowed = allowed;
    this.box.hidden = !allowed;
    if (!allowed) return;
    this.name.textContent = allowed.label;
    this.slider.max = allowed.places.length - 1;
    this.show(place ?? allowed.at);
    this.rest(place);
  }

  show(place) {
    const [said] = this.allowed.places[place];
    this.slider.value = place;
    this.slider.setAttribute("aria-valuetext", said);
    this.value.textContent = said;
    this.rest(place);
  }

  speaking(now) {
    this.notes.setAttribute("aria-pressed", Boolean(now));
  }

  // Faint while a point is shown that it did not choose.
  rest(place) {
    this.box.classList.toggle("lab-resting", place === null);
  }
}

// One tab stop for many buttons: the arrow keys go from one to the next, Home and End to the first and the last (the
// "roving tabindex" of the WAI-ARIA Authoring Practices).

export class Roving {
  // `columns` tells how many buttons stand beside each other.
  constructor(box, columns) {
    Object.assign(this, { box, columns });
    box.addEventListener("keydown", (event) => this.pressed(event));
    box.addEventListener("focusin", ({ target }) => this.items.includes(target) && this.stopAt(target));
  }

  get items() {
    return [...this.box.querySelectorAll("button:not([hidden])")];
  }

  // After the buttons were built anew.
  reset() {
    const { items } = this;
    if (items.length) this.stopAt(items.find((item) => item === document.activeElement) ?? items[0]);
  }

  stopAt(stop) {
    for (const item of this.items) item.tabIndex = item === stop ? 0 : -1;
  }

  pressed(event) {
    const { items } = this;
    const [from, row, last] = [items.indexOf(event.target), this.columns(), items.length - 1];
    const to = { ArrowRight: from + 1, ArrowLeft: from - 1, ArrowDown: from + row, ArrowUp: from - row, Home: 0, End: last }[event.key];
    if (from < 0 || to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // the page would scroll
    items[to]?.focus();
  }
}

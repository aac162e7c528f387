// The page's slider while it moves: React changes the attribute of its input before Python has answered.

export class Follow {
  constructor(moved) {
    this.moves = new MutationObserver((changes) => changes.some(({ target }) => target.type === "range") && moved());
    this.moves.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["value"] });
  }

  // Where the knob's slider stands; null if the page shows none.
  value(knob) {
    const input = document.querySelector(`.st-key-${knob} input[type=range]`);
    return input ? Number(input.value) : null;
  }

  destroy() {
    this.moves.disconnect();
  }
}

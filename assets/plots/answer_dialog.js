// One shown example, larger: its right class, and what the original and the current model answer, with how much certainty.

import { MARKS } from "./answer_marks.js";
import { escaped } from "./signs.js";

export class AnswerDialog {
  constructor(root) {
    this.index = null; // of the example that is open
    this.box = Object.assign(document.createElement("dialog"), { className: "lab-answer" });
    this.box.innerHTML = `<canvas aria-hidden="true"></canvas><div></div><nav><button type="button" data-step="-1">Previous</button><button type="button" data-step="1">Next</button><button type="button" data-step="" autofocus>Close</button></nav>`;
    root.append(this.box);
    this.box.addEventListener("close", () => (this.index = null));
    this.box.addEventListener("click", ({ target }) => {
      if (target === this.box) return this.box.close(); // beside it
      const step = target.closest("button")?.dataset.step;
      if (step === "") this.box.close();
      else if (step) this.go(Number(step));
    });
    this.box.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) this.go(step);
      event.stopPropagation(); // the page's own keys are not meant
    });
  }

  show({ index, right, chosen, rows, paint, go }) {
    [this.index, this.go] = [index, go];
    const title = `Example ${index + 1}: ${right}`;
    this.box.setAttribute("aria-label", title);
    paint(this.box.firstElementChild);
    this.box.children[1].innerHTML = `<h3>${escaped(title)}</h3><p>${escaped(chosen)}</p>
      <table><thead><tr><th scope="col">Model</th><th scope="col">Answer</th><th scope="col">Confidence</th></tr></thead>
      <tbody>${rows.map(line).join("")}</tbody></table>`;
    if (!this.box.open) this.box.showModal();
  }
}

function line([model, { name, state, confidence, device }]) {
  const sure = confidence === null ? "" : `${Math.round(100 * confidence)} %`;
  const said = state === "none" ? "not known yet" : `${MARKS[state]} ${escaped(name)}, ${state}${device ? `, by device ${escaped(device)}` : ""}`;
  return `<tr><th scope="row">${escaped(model)}</th><td>${said}</td><td>${sure}</td></tr>`;
}

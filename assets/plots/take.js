// The menu of what can be taken away: the link, each plot as a picture, the points as a table.

import { pictureOf } from "./picture.js";
import { Roving } from "./roving.js";
import { png, save } from "./save.js";
import { escaped } from "./signs.js";

export class TakeAway {
  constructor(lab) {
    this.lab = lab;
    this.box = Object.assign(document.createElement("div"), { className: "lab-take", hidden: true });
    this.box.innerHTML = `<div role="menu" aria-label="Take away"></div><div class="lab-taken" role="status"></div>`;
    [this.menu, this.place] = this.box.children;
    this.roving = new Roving(this.menu, () => 1);
    lab.root.append(this.box);
    this.box.addEventListener("click", (event) => this.take(event.target.closest("button")?.dataset.take));
    this.box.addEventListener("keydown", ({ key }) => (key === "Escape" || key === "Tab") && this.close(key === "Escape"));
    this.away = (event) => !this.box.hidden && !lab.root.querySelector(".lab-status").contains(event.target) && !this.box.contains(event.target) && this.close();
    document.addEventListener("pointerdown", this.away, true);
  }

  get isOpen() {
    return !this.box.hidden;
  }

  turn() {
    if (!this.box.hidden) return this.close(true);
    this.menu.innerHTML = this.entries();
    this.say("");
    this.box.hidden = false;
    this.roving.reset();
    this.lab.legend.tools();
    this.box.querySelector("button").focus();
  }

  close(back = false) {
    this.box.hidden = true;
    this.lab.legend.tools();
    if (back) this.lab.root.querySelector("[data-tool=take]")?.focus();
  }

  entries() {
    const plots = this.lab.panels.map((panel, index) => row(panel.x.metric?.label ?? panel.x.axis.metric, [[`png ${index}`, "PNG"], [`svg ${index}`, "SVG"]]));
    const points = this.lab.data.takes ? [row("All points", [["csv", "CSV"], ["json", "JSON"]])] : [];
    return [row("This page", [["link", "Copy link"]]), ...plots, ...points].join("");
  }

  async take(what) {
    if (!what) return;
    const [kind, index] = what.split(" ");
    try {
      if (kind === "link") await navigator.clipboard.writeText(location.href);
      else if (index === undefined) this.lab.tell.trigger("file", kind);
      else await this.picture(kind, this.lab.panels[index]);
      this.say(kind === "link" ? "Copied." : index === undefined ? "On its way." : "Saved.");
    } catch (error) {
      this.say(kind === "link" ? `Copy it here: ${location.href}` : `That did not work (${error.message}).`);
    }
  }

  async picture(kind, panel) {
    const { svg, width, height } = await pictureOf(panel);
    const name = `${this.lab.data.question} ${panel.y.axis.metric} ${panel.x.axis.metric}`.replace(/[^\w-]+/g, "-");
    if (kind === "svg") save(`${name}.svg`, "image/svg+xml", svg);
    else save(`${name}.png`, "image/png", await png(svg, width, height));
  }

  // A file of points that Python has made.
  receive({ name, type, text }) {
    save(name, type, text);
    this.say("Saved.");
  }

  say(words) {
    this.place.textContent = words;
  }

  destroy() {
    document.removeEventListener("pointerdown", this.away, true);
  }
}

function row(name, entries) {
  const buttons = entries.map(([what, words]) => `<button type="button" role="menuitem" data-take="${what}" aria-label="${escaped(`${name}: ${words}`)}">${words}</button>`);
  return `<div><span>${escaped(name)}</span>${buttons.join("")}</div>`;
}

// Lessons in a static site, opened as a file too: a list, and the lesson that the address names behind its #.
// `compactLab.lessons`, set by a script before this one, is what `compression/lessons/site.py` gives.

import { html } from "../panels/common/elements.js";
import { show } from "./ledger_table.js";
import { mount, styled } from "./mount.js";

const { lessons, terms, signs } = self.compactLab.lessons;
const place = document.querySelector("main");

styled.then(() => {
  addEventListener("hashchange", draw);
  draw();
});

function draw() {
  const id = decodeURIComponent(location.hash.slice(1));
  const lesson = lessons.find((each) => each.id === id);
  place.replaceChildren(...(lesson ? one(lesson) : all(id)));
  scrollTo(0, 0);
}

function one(lesson) {
  const root = html("div", "lesson");
  mount(root, lesson, { terms, sign: signs[lesson.technique] ?? null, links: { next: `#${lesson.next.id}`, all: "#" } });
  return [html("h1", "", lesson.title), root];
}

function all(id) {
  const rows = lessons.map(({ id, title, question }) => html("li", "", Object.assign(html("a", "", title), { href: `#${id}` }), `: ${question}`));
  const ledger = html("div", "ledger");
  show(ledger, lessons.map((each) => each.id));
  const wrong = id ? [html("p", "", `There is no lesson “${id.slice(0, 40)}”: choose one of these.`)] : [];
  return [html("h1", "", "Lessons"), ...wrong, html("ul", "lesson", ...rows), html("h2", "", "What you guessed"), ledger];
}

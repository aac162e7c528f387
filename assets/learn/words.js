// Texts of a lesson: paragraphs, and terms in double brackets that explain themselves when asked.

import { html } from "../panels/common/elements.js";

const TERM = /\[\[([\w -]+)\]\]/;

// Paragraphs, one a line.
export function rich(text, terms) {
  return text.split("\n").filter((line) => line.trim()).map((line) => html("p", "", ...words(html("span"), line, terms)));
}

// Fills an element with a text; only ever as text, whatever it holds. Returns what is in it.
export function words(element, text, terms = {}) {
  const parts = text.split(TERM);
  element.replaceChildren(...parts.flatMap((part, place) => (place % 2 ? term(part, terms) : [part])));
  return [...element.childNodes];
}

function term(name, terms) {
  const meaning = terms[name.toLowerCase()];
  if (!meaning) return [name];
  const note = html("span", "lesson-note", ` (${meaning})`);
  note.hidden = true;
  const asked = Object.assign(html("button", "lesson-term", name), { type: "button" });
  asked.setAttribute("aria-expanded", "false");
  asked.onclick = () => {
    note.hidden = !note.hidden;
    asked.setAttribute("aria-expanded", String(!note.hidden));
  };
  return [asked, note];
}

// A lesson from its resolved JSON: somebody asks, you predict, then what was measured. One lock, which can be skipped.
// Needs no server: the app and a static site draw it alike.

import { html, style } from "../panels/common/elements.js";
import { answers } from "./answers.js";
import { keep, kept } from "./ledger.js";
import { Room } from "./room.js";
import { stepper } from "./stepper.js";
import { rich, words } from "./words.js";

export const styled = style(new URL("./lesson.css", import.meta.url));

// `terms`: the glossary's; `links`: addresses of the lab, the next lesson and the list; `room`: of a class.
export function mount(root, lesson, { terms = {}, links = {}, room = null, sign = null } = {}) {
  if (sign) {
    root.style.setProperty("--sign-light", sign.light);
    root.style.setProperty("--sign-dark", sign.dark);
  }
  const answer = answers[lesson.predict.kind](lesson.predict);
  const after = html("div", "lesson-after");
  const before = kept()[lesson.id];
  after.hidden = true;
  const people = room && new Room(room, lesson, () => reveal(lastGuess));
  let lastGuess = null;

  const commit = button("That is my guess", "lesson-primary", () => {
    lastGuess = answer.guess();
    answer.lock();
    if (people) people.commit(lastGuess).then((isShown) => isShown || reveal(lastGuess));
    else reveal(lastGuess);
    locks.hidden = true;
  });
  const skip = button("Skip: just show me", "lesson-quiet", () => {
    answer.lock();
    locks.hidden = true;
    reveal(null);
  });
  answer.onready = (isReady) => (commit.disabled = !isReady);
  commit.disabled = !answer.isReady;
  const hint = html("span", "lesson-hint", answer.hint);
  const locks = html("div", "lesson-locks", commit, skip, hint);
  const gap = html("p", "lesson-gap");
  gap.setAttribute("aria-live", "polite");
  const again = button("Guess again", "lesson-quiet", () => mount(root, lesson, { terms, links, room, sign }));

  function reveal(guess) {
    const told = answer.reveal(guess);
    words(gap, told.gap, terms);
    keep(lesson, { guess: told.guess, measured: told.measured, gap: told.gap });
    after.hidden = again.hidden = text.hidden = false;
    if (after.childElementCount) return;
    if (answer.picture) left.append(answer.picture());
    after.append(...rest());
  }

  function rest() {
    return [
      ...lesson.steps.map((step) => part(step.title, stepper(step, terms))),
      part("Check yourself", check(lesson, terms)),
      part("What to take along", ...end(lesson, links, terms)),
    ];
  }

  const text = html("div", "", ...rich(lesson.reveal, terms));
  again.hidden = text.hidden = true;
  const left = html("div", "lesson-guess", answer.element);
  const right = html("div", "lesson-beside", locks, ...(people ? [people.element] : []), gap, text, again);
  const seen = before?.guess ? [html("p", "lesson-hint", `Last time: ${before.guess}; measured: ${before.measured}.`)] : [];
  root.replaceChildren(
    html("section", "lesson-part lesson-story", html("p", "lesson-who", lesson.who), ...rich(lesson.story, terms)),
    part("Your guess", ...rich(lesson.predict.ask, terms), ...seen, html("div", "lesson-pair", left, right)),
    after,
  );
  answer.drawn?.();
}

function part(title, ...content) {
  return html("section", "lesson-part", html("h2", "", title), ...content);
}

export function button(name, className, onclick) {
  return Object.assign(html("button", `lesson-button ${className}`, name), { type: "button", onclick });
}

// A question with an answer for every choice, also for the wrong ones; one may choose again.
function check(lesson, terms) {
  const said = html("p", "lesson-said");
  said.setAttribute("aria-live", "polite");
  const choices = lesson.check.replies.map((reply) => {
    const choice = button("", "lesson-choice", () => {
      choices.forEach((each) => each.setAttribute("aria-pressed", each === choice));
      choice.classList.add(reply.right ? "lesson-right" : "lesson-wrong");
      said.dataset.right = reply.right;
      words(said, `${reply.right ? "✓" : "✗"} ${reply.answer}`, terms);
      keep(lesson, { check: { text: reply.text, right: reply.right } });
    });
    choice.setAttribute("aria-pressed", "false");
    choice.textContent = reply.text;
    return choice;
  });
  return html("div", "lesson-check", ...rich(lesson.check.ask, terms), html("div", "lesson-choices", ...choices), said);
}

function end(lesson, links, terms) {
  const papers = lesson.papers.map(({ text, url }) => html("li", "", link(text, url, true)));
  const places = [
    links.lab && link(lesson.lab.say, links.lab, false, "lesson-button lesson-primary"),
    links.next && link(`Next lesson: ${lesson.next.title}`, links.next, false, "lesson-button lesson-quiet"),
    links.all && link("All lessons", links.all, false, "lesson-button lesson-quiet"),
  ].filter(Boolean);
  const sources = lesson.sources.map(({ recipe, accuracy, key, how }) => html("li", "", `${recipe}: ${accuracy} (${how === "here" ? "measured here" : how}, point ${key})`));
  const details = html("details", "lesson-sources", html("summary", "", "Where the figures come from"), html("ul", "", ...sources));
  return [html("p", "lesson-take", ...words(html("span"), lesson.take, terms)), html("div", "lesson-places", ...places), html("p", "lesson-read", "To read on"), html("ul", "lesson-papers", ...papers), details];
}

function link(text, url, isElsewhere, className = "") {
  const made = Object.assign(html("a", className, text), { href: url });
  if (isElsewhere) Object.assign(made, { target: "_blank", rel: "noopener noreferrer" });
  else made.target = "_self";
  return made;
}

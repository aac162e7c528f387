// A mechanism step by step: back, next, play in slow motion, or any moment by the slider.

import { html } from "../panels/common/elements.js";
import { view } from "./views.js";
import { rich, words } from "./words.js";

const FRAME_MS = 1600;

export function stepper(asked, terms) {
  const last = asked.frames.length - 1;
  const drawn = view(asked);
  const said = html("p", "lesson-frame");
  said.setAttribute("aria-live", "polite");
  const button = (name, onclick) => Object.assign(html("button", "lesson-button lesson-quiet", name), { type: "button", onclick });
  let [at, timer] = [0, null];

  const pause = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play slowly";
  };
  const go = (to) => {
    at = Math.min(last, Math.max(0, to));
    drawn.show(asked.frames[at].show);
    words(said, asked.frames[at].say, terms);
    Object.assign(slider, { value: at });
    slider.setAttribute("aria-valuetext", `step ${at} of ${last}`);
    count.textContent = `${at} of ${last}`;
    back.disabled = at === 0;
    next.disabled = at === last;
    if (at === last) pause();
  };
  const back = button("Back", () => (pause(), go(at - 1)));
  const next = button("Next step", () => (pause(), go(at + 1)));
  next.classList.replace("lesson-quiet", "lesson-second");
  const play = button("Play slowly", () => {
    if (timer) return pause();
    if (at === last) go(0);
    timer = setInterval(() => (drawn.isConnected ? go(at + 1) : pause()), FRAME_MS);
    play.textContent = "Pause";
  });
  const slider = Object.assign(html("input", "lesson-range"), { type: "range", min: 0, max: last, step: 1, oninput: () => (pause(), go(Number(slider.value))) });
  slider.setAttribute("aria-label", `${asked.title}: step`);
  const count = html("span", "lesson-count");
  play.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const controls = html("div", "lesson-controls", back, next, play, slider, count);
  const made = html("div", "lesson-pair", html("div", "lesson-picture", drawn), html("div", "lesson-beside", ...rich(asked.say, terms), controls, said));
  go(0);
  return made;
}

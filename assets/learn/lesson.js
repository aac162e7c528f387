// A lesson as a component of Streamlit's: drawn once, and then the browser's alone.

import { html } from "../panels/common/elements.js";
import { mount, styled } from "./mount.js";

const drawn = new WeakMap();

export default function render({ data, parentElement }) {
  if (drawn.get(parentElement) === data.version) return;
  drawn.set(parentElement, data.version);
  const root = parentElement.querySelector(".lesson") ?? parentElement.appendChild(html("div", "lesson"));
  styled.then(() => mount(root, data.lesson, data));
}

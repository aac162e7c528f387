// The ledger as a component of Streamlit's.

import { html, style } from "../panels/common/elements.js";
import { show } from "./ledger_table.js";

const styled = style(new URL("./lesson.css", import.meta.url));
const roots = new WeakMap();

export default function render({ data, parentElement }) {
  const root = roots.get(parentElement) ?? parentElement.appendChild(html("div", "ledger"));
  roots.set(parentElement, root);
  const draw = () => styled.then(() => show(root, data.lessons));
  window.addEventListener("compact-ai-lab-ledger", draw);
  draw();
  return () => window.removeEventListener("compact-ai-lab-ledger", draw);
}

// Entry of the plot component: one Lab per place in the page, told whenever Python sends something.

import "./history.js";
import "./keys.js";
import { Lab } from "./lab.js";

const labs = new WeakMap();

export default function render(component) {
  const parent = component.parentElement;
  const [data] = component.data;
  if (!labs.has(parent)) labs.set(parent, new Lab(parent, data));
  labs.get(parent).receive({ ...component, data });
  // Streamlit also calls this for a render that a newer one overtook: then the place is still there.
  return () => setTimeout(() => parent.isConnected || labs.get(parent)?.destroy());
}

// A card a device: its layers, its memory against the cap, its time against the slowest.

import { html } from "../common/elements.js";
import { text } from "../../plots/format.js";
import { misfit } from "./plan.js";

const bytes = (value) => text("bytes", value);
const FAR = 4; // a cap so many times what is needed isn't drawn: the bars would be of no length

export function cards(data, plan) {
  const most = Math.max(...plan.stages.map((stage) => stage.memory_bytes));
  const whole = data.cap_bytes && data.cap_bytes < FAR * most ? Math.max(most, data.cap_bytes) : most;
  const longest = Math.max(...plan.stages.map((stage) => stage.ms));
  return plan.stages.map((stage, at) => card(data, plan, stage, at, { whole, longest }));
}

function card(data, plan, stage, at, { whole, longest }) {
  const isSlowest = !plan.slowest.isLink && plan.slowest.at === at && plan.stages.length > 1;
  const heading = html("div", "slice-card-title", html("span", `slice-number slice-device-${at % 8}`, `${at + 1}`), html("b", "", `Device ${at + 1}`));
  if (isSlowest) heading.append(html("span", "slice-slowest", "slowest"));
  const names = data.layers.slice(stage.first, stage.end).map((layer) => layer.name);
  const shared = stage.shards > 1 ? `, shared out among ${stage.shards} devices` : "";
  const layers = html("div", "slice-names", `${names.length > 1 ? `${names[0]} to ${names[names.length - 1]} (${names.length} layers)` : names[0]}${shared}`);
  layers.title = names.join(", ");
  const memory = html("div", "slice-bar", part(stage.weight_bytes / whole, at, "slice-weights"), part(stage.activation_bytes / whole, at, "slice-activations"));
  if (data.cap_bytes && data.cap_bytes <= whole) memory.append(line(data.cap_bytes / whole));
  const held = `${bytes(stage.weight_bytes)} weights + ${bytes(stage.activation_bytes)} activations`;
  const time = html("div", "slice-bar slice-time", part(stage.ms / longest, at, "slice-weights"));
  const found = misfit(data, stage, bytes);
  const element = html("div", "slice-card", heading, layers,
    html("div", "slice-figure", html("b", "", bytes(stage.memory_bytes)), data.cap_bytes ? ` of ${bytes(data.cap_bytes)}` : ""), memory, html("div", "slice-note", held),
    html("div", "slice-figure", html("b", "", text("ms", stage.ms)), " per example"), time);
  if (found) element.insertBefore(html("div", "slice-misfit", sign(), html("span", "", found.words)), element.children[5]);
  return element;
}

function part(share, at, className) {
  const found = html("i", `${className} slice-device-${at % 8}`);
  found.style.width = `${100 * share}%`;
  return found;
}

function line(share) {
  const found = html("s", "slice-cap");
  found.style.left = `${100 * share}%`;
  return found;
}

function sign() {
  const found = html("span", "slice-cross", "✕");
  found.setAttribute("aria-hidden", "true");
  return found;
}

// A card a device: its layers, its memory against the cap, its time against the slowest.

import { html } from "../common/elements.js";
import { text } from "../../plots/format.js";
import { misfit } from "./plan.js";

const bytes = (value) => text("bytes", value);
const FAR = 4; // a cap so many times what is needed isn't drawn: the bars would be of no length

export function cards(data, plan) {
  const most = Math.max(...plan.devices.map((device) => device.memory_bytes));
  const whole = data.cap_bytes && data.cap_bytes < FAR * most ? Math.max(most, data.cap_bytes) : most;
  const longest = Math.max(...plan.devices.map((device) => device.ms));
  return plan.devices.map((device, at) => card(data, plan, device, at, { whole, longest }));
}

function card(data, plan, device, at, { whole, longest }) {
  const isSlowest = !plan.slowest.isLink && plan.slowest.at === at && plan.devices.length > 1;
  const heading = html("div", "slice-card-title", html("span", `slice-number slice-device-${at % 8}`, `${at + 1}`), html("b", "", `Device ${at + 1}`));
  if (isSlowest) heading.append(html("span", "slice-slowest", "slowest"));
  const layers = html("div", "slice-names", device.stages.map((stage) => names(data, stage)).join(", and last "));
  const memory = html("div", "slice-bar", part(device.weight_bytes / whole, at, "slice-weights"), part(device.activation_bytes / whole, at, "slice-activations"));
  if (data.cap_bytes && data.cap_bytes <= whole) memory.append(line(data.cap_bytes / whole));
  const parts = html("div", "slice-note", `${bytes(device.weight_bytes)} weights + ${bytes(device.activation_bytes)} activations`);
  const time = html("div", "slice-bar slice-time", part(device.ms / longest, at, "slice-weights"));
  const found = misfit(data, device, bytes);
  return html("div", "slice-card", heading, layers,
    html("div", "slice-figure", html("b", "", bytes(device.memory_bytes)), data.cap_bytes ? ` of ${bytes(data.cap_bytes)}` : ""), memory, parts,
    ...(found ? [html("div", "slice-misfit", sign(), html("span", "", found))] : []),
    html("div", "slice-figure", html("b", "", text("ms", device.ms)), " per example"), time);
}

function names(data, { first, end, shards }) {
  const [from, to] = [data.layers[first].name, data.layers[end - 1].name];
  if (end - first === 1) return shards > 1 ? `1/${shards} of the channels of ${from}` : from;
  return `${from} to ${to} (${end - first} layers)`;
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

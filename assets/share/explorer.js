// A published site: the plots of the app over the points that came with it. No server, no engine: each answer was measured.

import { give } from "../plots/examples.js";
import { text } from "../plots/format.js";
import { Lab } from "../plots/lab.js";
import { script } from "../plots/load.js";
import { Controls } from "./controls.js";
import { broken, standings } from "./front.js";
import { Pages } from "./listed.js";
import { saved } from "./saved.js";
import { read, write } from "./state.js";
import { sentence } from "./words.js";

const store = self.compactLab;
const { models, metrics, signs, hints, published } = store.common;
const lab = new Lab(document.getElementById("plots"), {});
const element = (id) => document.getElementById(id);
const axisMetrics = Object.keys(metrics).filter((name) => metrics[name].axis);
const usual = axisMetrics.filter((name) => metrics[name].headline).sort((a, b) => metrics[a].headline - metrics[b].headline).slice(0, 3);
const THEMES = { "": "as the system", light: "light", dark: "dark" };

let [state, told, order, note] = [{}, null, 0, ""];
const tell = { setStateValue: (name, keys) => name === "selected" && (pages.selected = keys, pages.list(view())), setTriggerValue: heard };
const controls = new Controls({ metrics, signs, axes: axisMetrics, change });
const pages = new Pages({ metrics, pick: (key) => change({ point: key }) });

const written = (metric, value) => text(metrics[metric].style, value);

function heard(name, value) {
  if (name === "picked") change({ point: value });
  else if (name === "turned") change({ y: value === "lost" ? "" : "plain" });
  else if (name === "file") lab.taking.receive(saved(value, told, metrics, state.model));
  else if (name === "need") draw(true);
}

function change(part) {
  Object.assign(state, part);
  if (part.theme !== undefined) paint();
  if (part.model) open();
  else draw();
}

// What the state comes to: the rows that are shown, those beyond a limit, and how each stands on each axis.
function view() {
  const kept = new Set(state.t ?? told.techniques);
  const rows = [...told.keys.keys()].filter((row) => told.techniques[row] === "original" || kept.has(told.techniques[row]));
  const refused = {};
  for (const row of rows) {
    const why = broken(told, metrics, state.limits, row, written);
    if (why) refused[told.keys[row]] = why;
  }
  const within = rows.filter((row) => !(told.keys[row] in refused));
  const axes = state.x;
  const standing = Object.fromEntries(axes.map((metric) => [metric, standings(told, metrics, within, metric)]));
  return { told, rows, refused, within, standing, axes, at: told.keys.indexOf(state.point) };
}

function background(shown) {
  const { rows } = shown;
  const pick = (column) => rows.map((row) => column[row]);
  const each = (columns) => Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, pick(column)]));
  const some = (columns) => Object.fromEntries(Object.entries(columns).map(([name, by]) => [name, Object.fromEntries(rows.flatMap((row, i) => (row in by ? [[i, by[row]]] : [])))]));
  const whole = rows.length === told.keys.length && !Object.keys(state.limits).length;
  return {
    keys: pick(told.keys), labels: pick(told.labels), techniques: pick(told.techniques), bundled: pick(told.bundled),
    values: each(told.values), low: each(told.low), high: each(told.high), modelled: each(told.modelled),
    elsewhere: some(told.elsewhere),
    standing: Object.fromEntries(shown.axes.map((metric) => [metric, rows.map((row) => shown.standing[metric].get(row) ?? 0)])),
    knees: whole ? told.knees : {},
    refused: shown.refused,
    strip: told.count ? { examples: `examples of ${state.model}`, count: told.count, original: told.answers[0], answers: {}, left: {} } : null,
    positions: {}, hint: "Click to see its recipe", clickable: pick(told.keys), signs, metrics, hints,
  };
}

function mark(row) {
  const figures = Object.fromEntries(Object.keys(told.values).map((name) => [name, ["values", "low", "high"].map((part) => told[part][name]?.[row] ?? null).concat(told.modelled[name]?.[row] ?? 0)]));
  return { key: told.keys[row], label: told.labels[row], technique: told.techniques[row], bundled: 1, figures, answers: told.answers[row], left: told.left[row] };
}

function draw(again = false) {
  const shown = view();
  const version = JSON.stringify([state.model, state.t, state.limits, state.x]);
  const scale = (metric) => (state.scale === "linear" ? "linear" : metrics[metric].axis);
  const before = lab.data?.question === title() ? lab.data.current : null;
  const current = shown.at < 0 ? null : mark(shown.at);
  const trail = before && current && before.key !== current.key ? [...(lab.data.trail ?? []), before].slice(-4) : (lab.data?.trail ?? []);
  lab.receive({
    ...tell,
    data: {
      sequence: (order += 1), question: title(), version, pins: [], pending: "", empty: "No point of these techniques.", height: null,
      poll_ms: null, selected: [], takes: true, before: null, ahead: null, current, trail: before ? trail : [],
      axes: shown.axes.map((metric) => ({ metric, scale: scale(metric) })),
      y: { metric: told.quality, scale: state.y === "plain" || metrics[told.quality].style !== "percent" ? "linear" : "lost" },
      ...(version === drawn && !again ? {} : { background: background(shown) }),
    },
  });
  drawn = version;
  controls.show(state, shown);
  pages.show(shown, state);
  element("said").innerHTML = sentence(shown, metrics);
  element("note").textContent = note;
  element("note").hidden = !note;
  write(state);
}
let drawn = "";

const listed = () => models.find(({ id }) => id === state.model);
const title = () => listed().title;

// A model's points are a script of their own, loaded when it is first looked at.
async function open() {
  const { id, file, examples, summary } = listed();
  const [data, pictures] = [`../${file}`, `../examples/${examples}.js`].map((name) => new URL(name, import.meta.url));
  try {
    if (!store[id]) await script(data);
    if (store[id].count && !store[`examples ${examples}`]) await script(pictures);
  } catch {
    element("said").textContent = `The points of ${title()} could not be loaded: is the folder whole?`;
    return;
  }
  if (id !== state.model) return; // another one was chosen meanwhile
  told = store[id];
  if (told.count) give(`examples of ${id}`, store[`examples ${examples}`]);
  settle();
  element("model").value = id;
  element("about").textContent = `${summary} ${told.keys.length} measured points.`;
  element("foot").textContent = `Measured on ${told.machine}, ${told.made}. Published ${published}. Every point shown was measured; nothing is computed here.`;
  draw();
}

// What the address asked for and there isn't, is told and left out.
function settle() {
  const wrong = [];
  const some = told.techniques.filter((name) => name !== "original");
  const lost = (state.t ?? []).filter((name) => !some.includes(name) && name !== "none"); // "none": all were switched off
  state.t = state.t && state.t.length && lost.length < state.t.length ? state.t.filter((name) => !lost.includes(name)) : undefined;
  if (lost.length) wrong.push(`the techniques ${lost.join(", ").slice(0, 40)}`);
  if (state.x?.length !== 3 || state.x.some((name) => !metrics[name]?.axis)) {
    if (state.x) wrong.push("its axes");
    state.x = [...usual];
  }
  for (const name of Object.keys(state.limits)) if (!metrics[name]) (delete state.limits[name], wrong.push(`the limit ${name.slice(0, 30)}`));
  if (state.point && !told.keys.includes(state.point)) {
    wrong.push("its point");
    state.point = "";
  }
  if (!state.point) state.point = told.keys[told.spoken_of];
  note = wrong.length ? `The link names what there is not here: ${wrong.join(", ")}.` : "";
}

function paint() {
  document.documentElement.dataset.theme = state.theme || "";
  element("theme").textContent = `Theme: ${THEMES[state.theme || ""]}`;
}

function start() {
  const asked = read();
  const known = models.some(({ id }) => id === asked.model);
  state = { ...asked, model: known ? asked.model : store.common.first, theme: asked.theme in THEMES ? asked.theme : "" };
  paint();
  open();
}

element("model").addEventListener("change", ({ target }) => change({ model: target.value, point: "", t: undefined, limits: {} }));
element("theme").addEventListener("click", () => {
  const names = Object.keys(THEMES);
  change({ theme: names[(names.indexOf(state.theme || "") + 1) % names.length] });
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => told && draw());
window.addEventListener("hashchange", start);
start();

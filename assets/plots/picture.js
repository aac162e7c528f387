// One plot as a picture that stands alone: its own axes, marks and texts, a title, the signs' legend, and its figures in
// words.

import { traces } from "./background.js";
import { widthOf } from "./labels.js";
import { layout } from "./layout.js";
import { colorOf, escaped, shape } from "./signs.js";
import { WIDE } from "./sizes.js";

const EDGE = 14; // px around everything
const LINE = 17; // px of a line of text
const SIGNS = "Line: the Pareto front; faint: dominated; hollow: bundled; filled: measured here; ring and bars: the current point and its intervals.";
const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity", "paint-order", "font-size", "font-weight", "font-family", "text-anchor", "stop-color", "stop-opacity"];

export async function pictureOf(panel) {
  const { lab, size } = panel;
  const shift = WIDE - size.left; // to the left of a plot in the middle there are no texts
  const width = size.width + shift + 2 * EDGE;
  const lines = wrapped(captionOf(panel), width - 2 * EDGE, lab.theme);
  const legend = legendOf(panel, width);
  const top = EDGE;
  const height = top + size.height + legend.height + lines.length * LINE + EDGE;
  const words = lines.map((line, i) => text(EDGE, top + size.height + legend.height + (i + 1) * LINE - 4, line, lab.theme));
  return {
    width,
    height,
    svg: `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="${width}" height="${height}" fill="${lab.theme.background}"/>
${text(EDGE, EDGE + 14, panel.title, lab.theme, 600)}
<g transform="translate(${EDGE},${top})">${await plotted(panel, shift)}</g>
<g transform="translate(${EDGE + shift},${top})">${marked(panel)}</g>
<g transform="translate(${EDGE},${top + size.height})">${legend.svg}</g>
${words.join("\n")}</svg>`,
  };
}

async function plotted(panel, shift) {
  const { lab, x, y, size } = panel;
  const { xaxis, yaxis } = panel.plot._fullLayout;
  const [width, left] = [size.width + shift, WIDE];
  const figure = layout({ x, y, xRange: [...xaxis.range], yRange: [...yaxis.range], theme: lab.theme, dragmode: false, width, height: size.height, left, titled: true });
  const url = await window.Plotly.toImage({ data: traces(lab.background, x, y, lab.theme, lab.scales), layout: figure }, { format: "svg", width, height: size.height });
  return decodeURIComponent(url.slice(url.indexOf(",") + 1));
}

// The overlay, with the page's styles written into it: outside of the page there is no style sheet.
function marked({ marks }) {
  const copy = marks.cloneNode(true);
  const copies = copy.querySelectorAll("*");
  marks.querySelectorAll("*").forEach((element, i) => {
    const style = getComputedStyle(element);
    copies[i].setAttribute("style", STYLES.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"));
  });
  return new XMLSerializer().serializeToString(copy);
}

function legendOf({ lab }, width) {
  const { background, theme } = lab;
  const present = Object.keys(background.signs).filter((name) => name !== "refused" && background.techniques.includes(name));
  let [x, y] = [0, 12];
  const items = present.map((name) => {
    const sign = background.signs[name];
    const wide = widthOf(sign.label, theme) + 32;
    if (x + wide > width - 2 * EDGE && x > 0) [x, y] = [0, y + LINE];
    const color = colorOf(sign, theme.dark);
    const item = `<path transform="translate(${x + 7},${y - 4})" d="${shape(sign.symbol, 4.5)}" fill="${color}" stroke="${color}"/>${text(x + 16, y, sign.label, theme)}`;
    x += wide;
    return item;
  });
  return { svg: items.join(""), height: items.length ? y + 10 : 0 };
}

// What is seen, whose it is, and where it comes from.
function captionOf(panel) {
  return `${panel.lab.data.question}. ${panel.summary()} ${SIGNS} ${location.href}`;
}

function wrapped(words, room, theme) {
  const lines = [""];
  const pieces = words.split(" ").flatMap((word) => (widthOf(word, theme) > room ? word.match(/.{1,20}/gu).map((part, i) => [part, i > 0]) : [[word, false]]));
  for (const [word, goesOn] of pieces) {
    const longer = `${lines.at(-1)}${goesOn ? "" : " "}${word}`.trim();
    if (lines.at(-1) && widthOf(longer, theme) > room) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function text(x, y, words, theme, weight = 400) {
  return `<text x="${x}" y="${y}" font-family="${escaped(theme.font)}" font-size="11" font-weight="${weight}" fill="${theme.text}">${escaped(words)}</text>`;
}

// Small helpers: elements, SVG, and numbers as the page writes them.

export function html(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

export function svg(tag, attributes = {}, ...content) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

export function picture(width, height, label, ...content) {
  const found = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label });
  found.append(...content);
  return found;
}

export function text(x, y, content, attributes = {}) {
  return svg("text", { x, y, ...attributes }, content);
}

// A weight's name as the page writes it.
export function named(layer) {
  return layer.name.replace(/\.weight$/, "");
}

export function number(value) {
  return value.toLocaleString("en");
}

export function percent(share) {
  const value = 100 * share;
  return `${value > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)}\u00a0%`;
}

export function size(value) {
  if (value === 0) return "0";
  return value >= 0.001 && value < 10000 ? String(Number(value.toPrecision(3))) : value.toExponential(1).replace("e+", "e").replace("-", "−");
}

export function short(value) {
  if (value >= 9.995e5) return `${(value / 1e6).toPrecision(3)} M`;
  return value >= 9995 ? `${(value / 1e3).toPrecision(3)} k` : number(value);
}

// Sentences whose bold parts stand between asterisks.
export function say(element, sentence) {
  element.replaceChildren(...sentence.split("*").map((part, place) => (place % 2 ? html("b", "", part) : part)));
}

// A style sheet; resolved when it is there, or can't be had.
export function style(url) {
  return new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: url, onload: done, onerror: done });
    document.head.append(link);
  });
}

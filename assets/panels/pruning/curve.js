// A layer's scores, sorted, on a logarithmic axis; what stands left of the cut goes.

import { html, named, percent, picture, svg, text } from "../common/elements.js";

const [LEFT, RIGHT, TOP, BOTTOM] = [54, 10, 22, 34];
const DECADES = 7; // lower scores than so many powers of ten below the median end at the axis

let clips = 0;

export class Curve {
  constructor(root, content, width, height) {
    this.content = content;
    this.layer = content.layers.find((layer) => layer.name === content.layer);
    const { ranks, scores } = content.curve;
    const [low, high] = reach(scores);
    this.x = (share) => LEFT + (width - LEFT - RIGHT) * share;
    const base = height - BOTTOM;
    const y = (score) => (score > 0 ? Math.min(base, TOP + ((base - TOP) * (high - Math.log10(score))) / (high - low)) : base);
    const last = Math.max(1, this.layer.values - 1);
    const line = ranks.map((rank, place) => `${this.x(rank / last).toFixed(1)},${y(scores[place]).toFixed(1)}`).join("L");
    const area = `M${this.x(0)},${base}L${line}L${this.x(1)},${base}Z`;
    const id = `insight-cut-${clips++}`;
    this.left = svg("rect", { x: LEFT, y: 0, height, width: 0 });
    this.right = svg("rect", { y: 0, height });
    this.cut = svg("line", { class: "insight-cut", y1: TOP - 6, y2: base });
    this.label = text(0, TOP - 9, "", { class: "insight-strong" });
    this.drawing = picture(
      width, height, `Scores of ${named(this.layer)}, sorted`,
      svg("defs", {}, svg("clipPath", { id: `${id}-l` }, this.left), svg("clipPath", { id: `${id}-r` }, this.right)),
      ...this.axes(width, base, low, high, y),
      svg("path", { d: area, class: "insight-goes", "clip-path": `url(#${id}-l)` }),
      svg("path", { d: area, class: "insight-stays", "clip-path": `url(#${id}-r)` }),
      ...this.mixture(area, id),
      svg("path", { d: `M${line}`, class: "insight-line" }),
      this.cut, this.label,
    );
    this.width = width;
    root.replaceChildren(html("div", "insight-title", `${named(this.layer)}: ${content.score} score of each weight`), this.drawing);
  }

  axes(width, base, low, high, y) {
    const marks = [];
    const every = Math.ceil((high - low) / 5);
    for (let power = Math.ceil(low); power <= high; power += every) {
      const at = y(10 ** power);
      marks.push(svg("path", { d: `M${LEFT},${at}H${width - RIGHT}`, class: "insight-grid" }));
      const label = svg("text", { x: LEFT - 6, y: at + 4, "text-anchor": "end" }, "10");
      label.append(svg("tspan", { dy: -4, "font-size": 8 }, String(power).replace("-", "−")));
      marks.push(label);
    }
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const anchor = share === 0 ? "start" : share === 1 ? "end" : "middle";
      marks.push(text(this.x(share), base + 14, percent(share), { "text-anchor": anchor }));
    }
    marks.push(text(this.x(0.5), base + 29, "of the layer’s weights, least important first", { "text-anchor": "middle", class: "insight-muted" }));
    return marks;
  }

  // Where a pattern decides some of all scores go: the more of them stay, the stronger.
  mixture(area, id) {
    const shares = this.content.kept_near;
    if (!shares.length) return [];
    const stops = shares.map((share, place) =>
      svg("stop", { offset: (place + 0.5) / shares.length, "stop-opacity": share, class: "insight-stop" }));
    return [
      svg("linearGradient", { id: `${id}-m` }, ...stops),
      svg("path", { d: area, class: "insight-goes" }),
      svg("path", { d: area, fill: `url(#${id}-m)` }),
    ];
  }

  show(level) {
    const share = this.layer.gone[level] / this.layer.values;
    const at = this.content.kept_from.length ? this.x(share) : this.x(0);
    this.left.setAttribute("width", Math.max(0, at - LEFT));
    this.right.setAttribute("x", at);
    this.right.setAttribute("width", this.width - at);
    for (const end of ["x1", "x2"]) this.cut.setAttribute(end, at);
    const early = share < 0.5;
    this.label.setAttribute("x", at + (early ? 2 : -2));
    this.label.setAttribute("text-anchor", early ? "start" : "end");
    this.cut.style.display = this.content.kept_from.length ? "" : "none";
    this.label.textContent = this.content.kept_from.length ? `${percent(share)} go` : "";
  }
}

// Powers of ten that the axis spans.
function reach(scores) {
  const positive = scores.filter((score) => score > 0);
  if (!positive.length) return [-1, 0];
  const high = Math.log10(positive[positive.length - 1]);
  const middle = Math.log10(positive[Math.floor(positive.length / 2)]);
  const low = Math.max(Math.log10(positive[0]), middle - DECADES / 2);
  return high - low < 0.5 ? [high - 0.5, high + 0.05] : [low, high + 0.05 * (high - low)];
}

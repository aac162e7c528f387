// Two rankings compared: of the weights that go, the share on which both agree, at every sparsity.

import { html, percent, picture, say, svg, text } from "../common/elements.js";

const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [54, 10, 10, 34, 200];

export class ComparisonView {
  constructor(root) {
    this.words = html("p", "insight-words");
    this.words.setAttribute("aria-live", "polite");
    this.chart = html("div");
    root.append(this.words, this.chart);
  }

  draw(content, width) {
    const base = HEIGHT - BOTTOM;
    const last = content.levels[content.levels.length - 1] || 1;
    this.x = (level) => LEFT + ((width - LEFT - RIGHT) * level) / last;
    this.y = (share) => TOP + (base - TOP) * (1 - share);
    const path = (shares) => `M${shares.flatMap((s, i) => (s === null ? [] : [`${this.x(content.levels[i]).toFixed(1)},${this.y(s).toFixed(1)}`])).join("L")}`;
    this.cut = svg("line", { class: "insight-cut", y1: TOP - 4, y2: base });
    this.dot = svg("circle", { class: "insight-dot", r: 5 });
    const ticks = [0, 0.5, 1].flatMap((share) => [
      svg("path", { d: `M${LEFT},${this.y(share)}H${width - RIGHT}`, class: "insight-grid" }),
      text(LEFT - 6, this.y(share) + 4, percent(share), { "text-anchor": "end" }),
    ]);
    const steps = [0, 0.2, 0.4, 0.6, 0.8].filter((level) => level <= last).map((level) =>
      text(this.x(level), base + 14, percent(level), { "text-anchor": level ? "middle" : "start" }));
    this.chart.replaceChildren(
      html("div", "insight-legend", html("span", "insight-stroke"), "the same weights go by both", html("span", "insight-stroke insight-dashed"), "by chance"),
      picture(width, HEIGHT, "Agreement of two rankings by sparsity", ...ticks, ...steps,
        text(this.x(last / 2), base + 29, "sparsity", { "text-anchor": "middle", class: "insight-muted" }),
        svg("path", { d: path(content.chance), class: "insight-line insight-dashed" }),
        svg("path", { d: path(content.same), class: "insight-line" }), this.cut, this.dot),
    );
  }

  show(content, level) {
    const { score, against, same, chance, levels } = content;
    for (const end of ["x1", "x2"]) this.cut.setAttribute(end, this.x(levels[level]));
    const share = same[level];
    this.dot.style.display = share === null ? "none" : "";
    this.dot.setAttribute("cx", this.x(levels[level]));
    this.dot.setAttribute("cy", this.y(share ?? 0));
    const rank = content.spearman === null ? "" : ` Over all weights their orders correlate by *${content.spearman.toFixed(2)}* (Spearman: 1 is the same order, 0 none in common).`;
    const now = share === null ? "Nothing goes yet." : `At ${percent(levels[level])}, *${percent(share)}* of the weights that go by ${score} go by ${against} too; by chance it would be ${percent(chance[level])}.`;
    say(this.words, `${now}${rank}`);
  }
}

// A network as blocks that grow and shrink with the sliders: as high as it has channels, as wide as its maps are.

import { html, picture, say, short, svg, text } from "../common/elements.js";

const [TOP, FOOT, TALL] = [30, 46, 118];
const LEAST = 5; // px: the smallest block
const NARROW = 560; // px: no room for words beside the blocks
const [NUMBER, BEND] = [13, 8]; // px: half of what a number takes; the corners of a skip

export class BlocksView {
  constructor(root, place) {
    this.place = place;
    this.words = html("p", "insight-words");
    this.words.setAttribute("aria-live", "polite");
    this.stage = html("div", "insight-blocks");
    const sign = (name, words) => html("span", "insight-pair", html("span", `insight-sign ${name}`), words);
    const legend = html("div", "insight-legend", sign("insight-block", "3 × 3 convolution"), sign("insight-block insight-separable", "depthwise separable convolution"),
      sign("insight-left-out", "left out, or the supernet's size"), sign("insight-arc", "skip"));
    root.append(this.words, this.stage, legend);
  }

  draw(content, width) {
    const colour = this.place.theme.dark ? content.colours.dark : content.colours.light;
    this.place.root.style.setProperty("--technique", colour);
    this.wide = Math.min(width, 1100);
    const slots = content.blocks.map(({ side }) => 14 + side); // of the supernet, so that nothing moves but the blocks
    const unit = this.wide / (slots.reduce((sum, slot) => sum + slot, 0) + 30);
    this.unit = unit;
    let x = 15 * unit;
    this.blocks = content.blocks.map((block, at) => {
      const centre = x + (slots[at] * unit) / 2;
      x += slots[at] * unit;
      return new Block(block, centre, content.widest, unit);
    });
    const [middle, end] = [TOP + TALL / 2, TOP + TALL];
    const line = svg("path", { class: "insight-grid", d: `M${2},${middle}H${this.wide - 2}` });
    const edges = width < NARROW ? [] : [text(2, middle - 6, "image"), text(this.wide - 2, middle - 6, "class", { "text-anchor": "end" })];
    this.maps = content.maps.map(({ from, to }) =>
      text((this.blocks[from].centre + this.blocks[to].centre) / 2, end + FOOT - 8, "", { class: "insight-muted", "text-anchor": "middle" }));
    this.svg = picture(this.wide, end + FOOT, "", line, ...edges, ...this.blocks.flatMap((block) => block.parts), ...this.maps);
    this.stage.replaceChildren(this.svg);
  }

  show(content) {
    const stand = { ...content.stand };
    for (const name of Object.keys(stand)) {
      const value = this.place.follow.value(name);
      if (value !== null) stand[name] = content.options[name]?.[value] ?? value;
    }
    const member = built(content, stand);
    member.blocks.forEach((block, at) => this.blocks[at].show(block));
    content.maps.forEach(({ from }, at) => (this.maps[at].textContent = `${member.blocks[from].side} × ${member.blocks[from].side}`));
    const there = member.blocks.filter(({ isThere }) => isThere);
    const shape = there.map(({ channels, kernel }) => `${channels} channels, kernel ${kernel}`).join("; ");
    this.svg.setAttribute("aria-label", `The network's layers in their order: ${shape}`);
    const [weights, macs] = [member.weights, member.macs];
    say(this.words, `*${there.length + 1} of ${content.blocks.length + 1} layers, ${short(weights)} of ${short(content.weights)} weights*, ${short(macs)} of ${short(content.macs)} multiply-adds for an image of ${stand.resolution} × ${stand.resolution} pixels.`);
    Object.assign(this.place.root.dataset, { weights, macs });
  }
}

// Channels, kernel and map of each block, and what all weigh: as `compression/models/zoo/supernet.py` builds it.
function built(content, stand) {
  let [inputs, weights, macs] = [1, 0, 0];
  const blocks = content.blocks.map((block) => {
    const channels = 2 * Math.round((stand[block.share] * block.channels) / 2);
    const kernel = block.kernel ? stand[block.kernel] : 3;
    const isThere = !block.depth || stand[block.depth] >= block.needs;
    const side = Math.ceil((block.side * stand.resolution) / content.resolution);
    if (isThere) {
      const products = block.kernel ? kernel ** 2 * channels + channels ** 2 : 9 * inputs * channels;
      weights += products + 2 * channels * (block.kernel ? 2 : 1); // each batch norm has two of a channel
      macs += products * side ** 2;
      inputs = channels;
    }
    return { channels, kernel, isThere, side };
  });
  return { blocks, weights: weights + (inputs + 1) * content.classes, macs: macs + inputs * content.classes };
}

class Block {
  constructor(block, centre, widest, unit) {
    [this.block, this.centre, this.widest, this.unit] = [block, centre, widest, unit];
    const kind = block.kernel ? "insight-block insight-separable" : "insight-block";
    this.outline = this.rectangle("insight-left-out");
    this.body = this.rectangle(kind);
    this.size(this.outline, block.channels, block.side);
    this.channels = text(centre, 0, "", { class: "insight-strong", "text-anchor": "middle" });
    this.kernel = text(centre, TOP + TALL + 16, "", { "text-anchor": "middle" });
    this.skip = block.depth ? svg("path", { class: "insight-skip", d: this.around(block) }) : null;
    this.parts = [...(this.skip ? [this.skip] : []), this.outline, this.body, this.channels, this.kernel];
  }

  // From the line before the block to the line behind it, above its number.
  around({ channels, side }) {
    const reach = Math.max(NUMBER, (side / 2) * this.unit + 5);
    const [left, right, middle] = [this.centre - reach, this.centre + reach, TOP + TALL / 2];
    const top = TOP + (TALL - this.height(channels)) / 2 - 18;
    return `M${left},${middle}V${top + BEND}Q${left},${top} ${left + BEND},${top}H${right - BEND}Q${right},${top} ${right},${top + BEND}V${middle}`;
  }

  rectangle(name) {
    return svg("rect", { class: name, rx: 2 });
  }

  height(channels) {
    return Math.max(LEAST, (TALL * channels) / this.widest);
  }

  size(rectangle, channels, side) {
    const [wide, tall] = [Math.max(LEAST, side * this.unit), this.height(channels)];
    const places = { x: this.centre - wide / 2, y: TOP + (TALL - tall) / 2, width: wide, height: tall };
    for (const [name, value] of Object.entries(places)) rectangle.setAttribute(name, value.toFixed(1));
  }

  show({ channels, kernel, isThere, side }) {
    this.size(this.body, channels, side);
    this.body.style.opacity = isThere ? 1 : 0;
    this.outline.style.opacity = isThere && channels === this.block.channels && side === this.block.side ? 0 : 1;
    if (this.skip) this.skip.style.opacity = isThere ? 1 : 0;
    this.channels.textContent = isThere ? channels : "";
    this.channels.setAttribute("y", TOP + (TALL - this.height(channels)) / 2 - 4);
    this.kernel.textContent = isThere ? `${kernel}×${kernel}` : "–";
  }
}

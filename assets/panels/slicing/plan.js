// What a choice of cuts gives, worked out as `compression/deploy/slicing/optimum.py` does, so that it follows the hand.

// The stages between these cuts, the slowest of stages and links, and how long one example takes through all.
export function planned(data, cuts) {
  const ends = [...cuts, data.layers.length];
  const isKnown = cuts.join() === data.planned.join();
  const stages = ends.map((end, at) => (isKnown ? { ...data.stages[at] } : stage(data, cuts[at - 1] ?? 0, end)));
  stages.forEach((each, at) => (each.link_ms = at < cuts.length ? data.points[cuts[at] - 1].link_ms : 0));
  const slowest = stages.reduce((worst, each, at) => {
    const here = [{ at, ms: each.ms, isLink: false }, { at, ms: each.link_ms, isLink: true }];
    return here.reduce((most, one) => (one.ms > most.ms ? one : most), worst);
  }, { at: 0, ms: 0, isLink: false });
  const latency = stages.reduce((sum, each) => sum + each.ms + each.link_ms, 0);
  return { cuts, stages, slowest, latency, inFlight: Math.ceil(latency / slowest.ms - 1e-9) };
}

function stage(data, first, end) {
  const layers = data.layers.slice(first, end);
  const sum = (name) => layers.reduce((total, layer) => total + layer[name], 0);
  const handling = (number) => data.points[number - 1]?.handling_ms ?? 0;
  const [weights, activations] = [sum("weight_bytes"), Math.max(...layers.map((layer) => layer.activation_bytes))];
  return {
    first, end, shards: 1, weight_bytes: weights, activation_bytes: activations, memory_bytes: weights + activations,
    ms: sum("ms") + handling(first) + handling(end),
  };
}

// How many bytes too many, and in which words; nothing where the stage fits its device.
export function misfit(data, stage, bytes) {
  const over = stage.memory_bytes - data.cap_bytes;
  if (!data.cap_bytes || over <= 0) return null;
  if (stage.end - stage.first === 1) return { over, words: `${data.layers[stage.first].name} needs ${bytes(over)} more than the device has` };
  const largest = data.layers.slice(stage.first, stage.end).reduce((most, layer) => (needs(layer) > needs(most) ? layer : most));
  const alone = needs(largest) - data.cap_bytes;
  const which = alone > 0 ? `${largest.name} alone needs ${bytes(alone)} more` : `its largest layer, ${largest.name}, would fit alone`;
  return { over, words: `needs ${bytes(over)} more than the device has; ${which}` };
}

const needs = (layer) => layer.weight_bytes + layer.activation_bytes;

// When each of so many examples is at each stage, were one let in whenever the slowest part is free again.
export function timeline(plan, count) {
  const visits = [];
  for (let example = 0; example < count; example++) {
    let at = example * plan.slowest.ms;
    plan.stages.forEach((stage, place) => {
      visits.push({ example, place, start: at, end: at + stage.ms });
      at += stage.ms + stage.link_ms;
    });
  }
  return visits;
}

// Where each example is at a moment: at which stage and how far through it, 1 while it is on the link behind it.
export function inFlight(plan, count, now) {
  const found = [];
  for (let example = 0; example < count; example++) {
    let left = now - example * plan.slowest.ms;
    for (const [place, stage] of plan.stages.entries()) {
      if (left < 0) break;
      if (left < stage.ms + stage.link_ms) {
        found.push({ example, place, share: Math.min(1, left / stage.ms) });
        break;
      }
      left -= stage.ms + stage.link_ms;
    }
  }
  return found;
}

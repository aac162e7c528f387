// What a choice of cuts gives, worked out as `compression/deploy/slicing` does, so that it follows the hand.

// Stages in the order in which an example passes them, the devices that hold them, the slowest of devices and links, and
// how long one example takes through all.
export function planned(data, cuts) {
  const ends = [...cuts, data.layers.length];
  const isKnown = cuts.join() === data.planned.join();
  const stages = ends.map((end, at) => (isKnown ? { ...data.stages[at] } : { ...stage(data, cuts[at - 1] ?? 0, end), device: at }));
  stages.forEach((each, at) => (each.link_ms = at < cuts.length ? data.points[cuts[at] - 1].link_ms : 0));
  const devices = held(stages);
  const parts = [...devices.map(({ ms }, at) => ({ at, ms, isLink: false })), ...stages.map((each, at) => ({ at, ms: each.link_ms, isLink: true }))];
  const slowest = parts.reduce((most, one) => (one.ms > most.ms ? one : most));
  const latency = stages.reduce((sum, each) => sum + each.ms + each.link_ms, 0);
  return { cuts, stages, devices, slowest, latency, inFlight: Math.ceil(latency / slowest.ms - 1e-9) };
}

function stage(data, first, end) {
  const layers = data.layers.slice(first, end);
  const sum = (name) => layers.reduce((total, layer) => total + layer[name], 0);
  const handling = (number) => data.points[number - 1]?.handling_ms ?? 0;
  const head = data.points[end - 1]; // of an early exit, behind all but the last stage
  const activations = Math.max(head?.head_peak_bytes ?? 0, ...layers.map((layer) => layer.activation_bytes));
  const weights = sum("weight_bytes") + (head?.head_weight_bytes ?? 0);
  return { first, end, shards: 1, activation_bytes: activations, memory_bytes: weights + activations, ms: sum("ms") + handling(first) + handling(end) };
}

// What each device holds: one stage, a share of a layer, or besides the first stage the last one.
function held(stages) {
  const count = Math.max(...stages.map(({ device, shards }) => device + shards));
  return Array.from({ length: count }, (_, at) => {
    const own = stages.filter(({ device, shards }) => device <= at && at < device + shards);
    const sum = (name) => own.reduce((total, each) => total + each[name], 0);
    const [memory, activations] = [sum("memory_bytes"), sum("activation_bytes")];
    return { stages: own, memory_bytes: memory, activation_bytes: activations, weight_bytes: memory - activations, ms: sum("ms") };
  });
}

// How many bytes too many, in words; nothing where all that a device holds fits.
export function misfit(data, { stages, memory_bytes }, bytes) {
  const over = memory_bytes - data.cap_bytes;
  if (!data.cap_bytes || over <= 0) return null;
  const layers = stages.flatMap(({ first, end }) => data.layers.slice(first, end));
  const more = `${bytes(over)} more than the device has`;
  if (layers.length === 1) return stages[0].shards > 1 ? `a share of ${layers[0].name} needs ${more}` : `${layers[0].name} needs ${more}`;
  const largest = layers.reduce((most, layer) => (needs(layer) > needs(most) ? layer : most));
  const alone = needs(largest) - data.cap_bytes;
  const which = alone > 0 ? `${largest.name} alone needs ${bytes(alone)} more` : `its largest layer, ${largest.name}, would fit alone`;
  return `needs ${more}; ${which}`;
}

const needs = (layer) => layer.weight_bytes + layer.activation_bytes;

// When each of so many examples is at each stage, were one let in whenever the slowest part is free again. A device does
// one thing at a time, and older examples go first.
export function timeline(plan, count) {
  const visits = [];
  const busy = plan.devices.map(() => []);
  for (let example = 0; example < count; example++) {
    let at = example * plan.slowest.ms;
    plan.stages.forEach(({ device, shards, ms, link_ms }, place) => {
      const start = free(busy[device], at, ms);
      for (let each = device; each < device + shards; each++) busy[each].push([start, start + ms]);
      at = start + ms + link_ms;
      visits.push({ example, place, start, end: start + ms, leaves: at });
    });
  }
  return visits;
}

function free(taken, from, ms) {
  const slack = 1e-9 * ms;
  let at = from;
  for (const [start, end] of [...taken].sort(([one], [other]) => one - other)) {
    if (at + ms <= start + slack) break;
    at = Math.max(at, end);
  }
  return at;
}

// Where each example is at a moment: at which stage and how far through it, 1 while it is on the link behind it.
export function inFlight(visits, now) {
  return visits.filter(({ start, leaves }) => start <= now && now < leaves)
    .map(({ example, place, start, end }) => ({ example, place, share: Math.min(1, (now - start) / (end - start)) }));
}

// The backgrounds that were sent, by version: a few are kept, for pages that are left and come back.

const KEPT = 4;

const all = new Map(); // for all places of the page

export const backgroundOf = (version) => all.get(version);

// Keeps what was sent. Of a background that differs from one kept in its times or in its limits alone, only these were; its
// other columns are the very ones of its kin, so that who draws them sees that they are the same.
export function keep(version, sent) {
  const whole = !sent || sent.keys ? sent : sent.instead_of ? joined(sent) : judged(sent);
  if (whole) all.set(version, whole);
  for (const old of [...all.keys()].slice(0, -KEPT)) if (old !== version) all.delete(old);
  return all.has(version);
}

function judged(sent) {
  const kin = [...all.values()].find((each) => each.base === sent.base);
  return kin && { ...kin, ...sent };
}

function joined(sent) {
  const kin = [...all.values()].find((each) => each.family === sent.family);
  if (!kin) return null; // it is asked for as a whole
  const columns = ["values", "low", "high", "modelled", "elsewhere"].map((name) => {
    const kept = Object.entries(kin[name]).filter(([metric]) => !sent.instead_of.includes(metric));
    return [name, { ...Object.fromEntries(kept), ...sent[name] }];
  });
  return { ...kin, ...sent, ...Object.fromEntries(columns) };
}

// What the browser's Back undoes: another page, model or chain of steps. A knob's move only changes the address.
// Streamlit makes an entry of its own for each part of the address that the program writes.

const PARTS = ["model", "chain", "seed"];

export function placeOf(address) {
  const { pathname, searchParams } = new URL(address, location.href);
  const [model, chain, seed] = PARTS.map((name) => searchParams.get(name) ?? "");
  const techniques = chain.split("~").map((step) => step.split("_")[0]);
  return { pathname, model, recipe: [...techniques, seed].join(" ") };
}

// An address without a model is completed, which is no move.
export function isSamePlace(from, to) {
  const same = (part) => from[part] === to[part];
  return same("pathname") && same("recipe") && (same("model") || !from.model);
}

const push = history.pushState.bind(history);
history.pushState = (state, title, address) => {
  const stays = address && isSamePlace(placeOf(location.href), placeOf(address));
  if (stays) history.replaceState(state, title, address);
  else push(state, title, address);
};

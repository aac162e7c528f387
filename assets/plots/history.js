// What the browser's Back undoes: another page, model or chain of steps. A knob's move only changes the address.
// Streamlit makes an entry of its own for each part of the address that the program writes.

const PARTS = ["model", "chain", "seed", "page"];

export function placeOf(address) {
  const { pathname, searchParams } = new URL(address, location.href);
  const [model, chain, seed, page] = PARTS.map((name) => searchParams.get(name) ?? "");
  const techniques = chain.split("~").map((step) => step.split("_")[0]);
  return { pathname, model, page, recipe: [...techniques, seed].join(" ") };
}

// An address without a model is completed, which is no move.
export function isSamePlace(from, to) {
  const same = (part) => from[part] === to[part];
  return same("pathname") && same("recipe") && (same("model") || !from.model);
}

// Streamlit first writes the next page's parts into the address of the one that is left, whose entry shall stay.
// Who jumps names the page that it goes to.
export function isAhead({ page, pathname }) {
  return page !== "" && pathname.split("/").at(-1) !== page;
}

function withoutPage(address) {
  return address.replace(/([?&])page=[^&#]*&?/, "$1").replace(/[?&]$/, "");
}

if (placeOf(location.href).page) history.replaceState(history.state, "", withoutPage(location.href));

const push = history.pushState.bind(history);
history.pushState = (state, title, given) => {
  const address = String(given ?? location.href);
  const [from, to] = [placeOf(location.href), placeOf(address)];
  if (isAhead(to)) return;
  const told = withoutPage(address);
  if (isSamePlace(from, to)) history.replaceState(state, title, told);
  else push(state, title, told);
};

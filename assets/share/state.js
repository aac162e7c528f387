// What is looked at, kept in the address behind the #, so that a link opens it again: also of a file.

const LISTS = { x: "~", t: "~" };
const LONGEST = 4000; // letters of an address that are read

export function read() {
  const found = {};
  for (const [name, text] of new URLSearchParams(location.hash.slice(1, LONGEST))) {
    found[name] = LISTS[name] ? text.split(LISTS[name]).filter(Boolean) : text;
  }
  const limits = (found.limits ?? "").split("~").map((part) => part.split(":"));
  found.limits = Object.fromEntries(limits.filter(([name, value]) => name && Number.isFinite(Number.parseFloat(value))).map(([name, value]) => [name, Number.parseFloat(value)]));
  return found;
}

export function write(state) {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    if (name === "limits") {
      const limits = Object.entries(value).map(([metric, limit]) => `${metric}:${limit}`);
      if (limits.length) parts.set(name, limits.join("~"));
    } else if (Array.isArray(value)) parts.set(name, value.join("~"));
    else if (value !== undefined && value !== null && value !== "") parts.set(name, value);
  }
  const address = `#${parts}`;
  if (address !== location.hash) history.replaceState(history.state, "", address);
}

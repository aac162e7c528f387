// Keys of a whole page: `p` presents what it shows, Escape leaves the presentation. Each follows a link that the page has,
// or does nothing where there is none.

const LINKS = { p: ".st-key-present a", Escape: ".st-key-leave a" };
const UNTYPED = ["range", "checkbox", "radio", "button", "submit"]; // inputs that take no letters

// Whether a key would be a letter of a text, or is meant for a dialog or a list that is open.
export function typing(target) {
  if (document.querySelector("dialog[open], [role=dialog], [role=menu]:not([hidden] *)")) return true;
  if (!(target instanceof Element)) return false;
  const field = target.closest("input, textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=textbox]");
  return field !== null && !(field.tagName === "INPUT" && UNTYPED.includes(field.type));
}

window.addEventListener("keydown", (event) => {
  const { altKey, ctrlKey, metaKey, shiftKey, defaultPrevented, key, repeat, target } = event;
  if (!Object.hasOwn(LINKS, key) || defaultPrevented || repeat || altKey || ctrlKey || metaKey || shiftKey) return;
  const link = document.querySelector(LINKS[key]);
  if (!link || typing(target)) return;
  event.preventDefault();
  link.click();
});

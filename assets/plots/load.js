// Files that the page loads once: a script or a style sheet, by its whole address.

export function script({ href }) {
  return added(Object.assign(document.createElement("script"), { src: href }));
}

export function style({ href }) {
  return added(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}

function added(element) {
  return new Promise((done, fail) => {
    element.onload = done;
    element.onerror = () => fail(new Error("a file is missing"));
    document.head.append(element);
  });
}

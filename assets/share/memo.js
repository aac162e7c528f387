// The memo's one slider: another bound, and what is decided then. All answers came with the file.
(() => {
  "use strict";
  const { at, positions } = JSON.parse(document.getElementById("moves").textContent);
  const element = (id) => document.getElementById(id);
  const words = { pass: "Pass", fail: "Fail", "needs review": "Needs review" };
  const slider = element("slider");

  function show(index) {
    const now = positions[index];
    slider.value = index;
    slider.setAttribute("aria-valuetext", now.said);
    element("said").textContent = now.said;
    element("claim").textContent = now.claim;
    element("verdict").textContent = words[now.verdict];
    element("verdict").dataset.verdict = now.verdict;
    element("reasons").replaceChildren(...now.reasons.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    element("figures")?.replaceChildren(...now.rows.map(row));
    move(element("ring"), now.at);
    const line = element("lose");
    if (line && now.lose !== null) line.setAttribute("d", line.getAttribute("d").replace(/^(M\S+) \S+?(?=H)/, `$1 ${now.lose}`));
    element("back").hidden = index === at;
    document.body.classList.toggle("moved", index !== at);
  }

  function row([label, ...cells]) {
    const made = document.createElement("tr");
    made.append(Object.assign(document.createElement("th"), { scope: "row", textContent: label }), ...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
    return made;
  }

  function move(ring, place) {
    if (!ring) return;
    ring.setAttribute("visibility", place ? "visible" : "hidden");
    if (place) ["cx", "cy"].forEach((name, i) => ring.setAttribute(name, place[i]));
  }

  slider.addEventListener("input", () => show(Number(slider.value)));
  element("back").addEventListener("click", () => {
    show(at);
    slider.focus();
  });
  slider.value = at; // a reloaded page may remember another place
})();

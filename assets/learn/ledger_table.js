// What one has guessed so far, and what was measured: a table, and a report to take away. Nothing is sent anywhere.

import { html } from "../panels/common/elements.js";
import { forget, kept } from "./ledger.js";
import { asHtml, asMarkdown } from "./report.js";

export function show(root, order) {
  const all = kept();
  const rows = order.filter((id) => all[id]).map((id) => all[id]);
  if (!rows.length) {
    root.replaceChildren(html("p", "lesson-hint", "Nothing yet. What you guess is kept in this browser alone, without a name."));
    return;
  }
  const cells = (row) => [row.title, row.guess, row.measured, checked(row), row.take];
  const body = rows.map((row) => html("tr", "", ...cells(row).map((cell, at) => html(at ? "td" : "th", "", cell ?? ""))));
  const head = html("tr", "", ...["Lesson", "You said", "Measured", "Check", "To take along"].map((name) => html("th", "", name)));
  const table = html("div", "ledger-scroll", html("table", "", html("thead", "", head), html("tbody", "", ...body)));
  table.tabIndex = 0;
  table.setAttribute("role", "region");
  table.setAttribute("aria-label", "What you guessed");
  root.replaceChildren(
    table,
    html("div", "lesson-places",
      button("Report as a page", () => save("lessons.html", "text/html", asHtml(rows))),
      button("Report as Markdown", () => save("lessons.md", "text/markdown", asMarkdown(rows))),
      button("Forget all", () => (forget(), show(root, order)))),
  );
}

function checked({ check }) {
  return check ? (check.right ? "✓ right" : "✗ not yet") : "open";
}

function button(name, onclick) {
  return Object.assign(html("button", "lesson-button lesson-quiet", name), { type: "button", onclick });
}

function save(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

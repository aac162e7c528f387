// All points of a model as a file: a table or JSON. A cell that a spreadsheet would take for a formula is defused.

export function saved(kind, told, metrics, model) {
  const names = Object.keys(told.values);
  const name = `${model.replace(/[^\w-]+/g, "-")}.${kind}`;
  const rows = told.keys.map((key, row) => ({
    key, model, recipe: told.labels[row], technique: told.techniques[row], command: told.commands[row],
    ...Object.fromEntries(names.flatMap((metric) => [[metric, told.values[metric][row]], ...["low", "high"].map((end) => [`${metric}_${end}`, told[end][metric]?.[row] ?? null])])),
  }));
  if (kind === "json") return { name, type: "application/json", text: JSON.stringify(rows, null, 1) };
  const heads = Object.keys(rows[0]);
  const lines = [heads, ...rows.map((row) => heads.map((head) => row[head]))];
  return { name, type: "text/csv", text: `${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n` };
}

function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

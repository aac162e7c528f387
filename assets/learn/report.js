// The ledger as a report, in Markdown and as a page of its own. What was typed or kept is text, never markup.

const escaped = (text) => String(text ?? "").replaceAll(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const cell = (text) => String(text ?? "").replaceAll(/[\\`*_[\]<>|#]/g, "\\$&").replaceAll(/\s+/g, " ");

export function asMarkdown(rows) {
  const parts = rows.map(({ title, question, guess, measured, gap, check, take, at }) => [
    `## ${cell(title)}`, "", cell(question), "",
    `- I said: ${cell(guess)}`, `- Measured: ${cell(measured)}`, `- The gap: ${cell(gap)}`,
    ...(check ? [`- Check: ${check.right ? "right" : "not yet"} (${cell(check.text)})`] : []),
    `- To take along: ${cell(take)}`, "", `${cell(at)}`, "",
  ].join("\n"));
  return ["# What I guessed, and what was measured", "", ...parts].join("\n");
}

export function asHtml(rows) {
  const parts = rows.map(({ title, question, guess, measured, gap, check, take, at }) => `<section><h2>${escaped(title)}</h2><p>${escaped(question)}</p>
<dl><dt>I said</dt><dd>${escaped(guess)}</dd><dt>Measured</dt><dd>${escaped(measured)}</dd><dt>The gap</dt><dd>${escaped(gap)}</dd>
${check ? `<dt>Check</dt><dd>${check.right ? "right" : "not yet"}: ${escaped(check.text)}</dd>` : ""}
<dt>To take along</dt><dd><b>${escaped(take)}</b></dd></dl><small>${escaped(at)}</small></section>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>What I guessed, and what was measured</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:44em;margin:2em auto;padding:0 1em;color-scheme:light dark}dt{font-weight:600}dd{margin:0 0 .5em}section{border-top:1px solid #8888;padding:1em 0}</style>
<h1>What I guessed, and what was measured</h1>
${parts.join("\n")}</html>
`;
}

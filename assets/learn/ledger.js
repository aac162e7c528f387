// What one predicted and what was measured, kept in this browser alone: no names, and nothing of it is sent.

const KEY = "compact-ai-lab.ledger";
let here = {}; // where the browser keeps nothing

export function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return found && typeof found === "object" && !Array.isArray(found) ? found : {};
  } catch {
    return here;
  }
}

export function keep(lesson, news) {
  const all = kept();
  all[lesson.id] = { title: lesson.title, question: lesson.question, take: lesson.take, ...all[lesson.id], ...news, at: new Date().toISOString().slice(0, 16).replace("T", " ") };
  write(all);
  window.dispatchEvent(new Event("compact-ai-lab-ledger"));
}

export function forget() {
  write({});
}

function write(all) {
  here = all;
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // a private window keeps nothing: the ledger then lasts as long as the page
  }
}

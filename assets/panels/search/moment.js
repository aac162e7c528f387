// A search at one moment of its history: what is on its front, and what can be said of it. No elements here.

// Which of the first `count` evaluations no other of them beats; costs are lower is better, null where it doesn't count.
export function frontAt(evaluations, count) {
  let front = [];
  for (let place = 0; place < count; place++) {
    const cost = evaluations[place].costs;
    if (!cost || front.some((other) => beats(evaluations[other].costs, cost))) continue;
    front = front.filter((other) => !beats(cost, evaluations[other].costs));
    front.push(place);
  }
  return front;
}

export function beats(one, other) {
  return one.every((cost, place) => cost <= other[place]) && one.some((cost, place) => cost < other[place]);
}

export function sentence(data, count, front) {
  const { evaluations } = data;
  if (!count) return "The search has measured nothing yet.";
  const now = evaluations[count - 1];
  const became = {
    failed: "it *could not be measured*",
    awaited: "being measured",
    over: `${now.said}; it *breaks ${now.broken}*`,
  }[now.state];
  const isNew = front.includes(count - 1);
  const said = became ?? `${now.said}; ${isNew ? "*new on the front*" : "beaten by others"}`;
  const many = front.length === 1 ? "1 network" : `${front.length} networks`;
  return `Evaluation *${count}*: ${now.label}: ${said}. The front has *${many}*.`;
}

// Round numbers between two ends: 1, 2 and 5 times powers of ten on a logarithmic axis, even steps on another.
export function ticks(low, high, isLog, most = 5) {
  if (!isLog) {
    const step = rounded((high - low) / most);
    const first = Math.ceil(low / step - 1e-9);
    return Array.from({ length: Math.max(0, Math.floor(high / step + 1e-9) - first + 1) }, (_, n) => (first + n) * step);
  }
  const between = (digits) => {
    const found = [];
    for (let power = Math.floor(low); power <= Math.ceil(high); power++) for (const digit of digits) found.push(Math.log10(digit) + power);
    return found.filter((tick) => tick >= low - 1e-9 && tick <= high + 1e-9);
  };
  const few = between([1, 2, 5]);
  const inside = few.length > 2 ? few : between([1, 1.5, 2, 3, 4, 5, 7]);
  const whole = inside.filter((tick) => Math.abs(tick - Math.round(tick)) < 1e-9);
  return inside.length > most && whole.length > 1 ? whole : inside;
}

function rounded(step) {
  const power = 10 ** Math.floor(Math.log10(step || 1));
  return [1, 2, 5, 10].map((digit) => digit * power).find((each) => each >= step * 0.999);
}

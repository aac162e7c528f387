// What happens in a round, phase by phase: who is doing what, and what can be said of it. No elements here.

export const PHASES = ["Send", "Train", "Return", "Average"];

// Clients that were asked in a round: those whose changes counted, and those that vanished, came late or were refused.
export function asked(round) {
  const late = round.late.filter((client) => !round.taking_part.includes(client));
  return [...round.taking_part, ...round.dropped, ...late, ...round.rejected];
}

// What a client is doing: "" for one that is not asked.
export function doing(round, phase, client) {
  if (!asked(round).includes(client)) return "";
  if (phase === 0) return "gets";
  if (round.dropped.includes(client)) return "vanished";
  if (phase === 1) return "trains";
  if (round.rejected.includes(client)) return "refused";
  if (!round.taking_part.includes(client)) return "late";
  return phase === 2 ? "sends" : "counts";
}

// The one after this moment, or before it; null at either end.
export function moved({ number, phase }, by, rounds) {
  const at = (number - 1) * PHASES.length + phase + by;
  if (at < 0 || at >= rounds * PHASES.length) return null;
  return { number: Math.floor(at / PHASES.length) + 1, phase: at % PHASES.length };
}

// The accuracy that is known at this moment: the server's, and that of each client.
export function known(rounds, started, { number, phase }) {
  const over = phase === PHASES.length - 1 ? number : number - 1;
  return over ? { server: rounds[over - 1].validation, clients: rounds[over - 1].clients } : { server: started, clients: null };
}

export function sentence(rounds, started, moment) {
  const round = rounds[moment.number - 1];
  const [all, counted] = [asked(round), round.taking_part];
  const many = (count) => `${count} client${count === 1 ? "" : "s"}`;
  const before = known(rounds, started, { ...moment, phase: 0 }).server;
  return [
    `The server sends its model to *${many(all.length)}*: ${round.down} down.`,
    `Each trains it on its own examples, which *stay where they are*${round.loss === null ? "" : `; mean loss ${round.loss.toFixed(2)}`}.`,
    `*${many(counted.length)}* return what has changed in the weights, and nothing else: ${round.up} up.${lost(round)}`,
    counted.length
      ? `The server averages the changes. On validation examples: *${percent(round.validation)}*, after ${percent(before)}.`
      : `No client's changes arrived, so nothing changes: *${percent(round.validation)}*.`,
  ][moment.phase];
}

function lost(round) {
  const late = round.late.filter((client) => !round.taking_part.includes(client));
  const words = [[round.dropped, "vanished"], [late, "too late"], [round.rejected, "refused as nonsense"]];
  const said = words.filter(([clients]) => clients.length).map(([clients, what]) => `${clients.length} ${what}`);
  return said.length ? ` Lost: ${said.join(", ")}.` : "";
}

export function percent(share) {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}

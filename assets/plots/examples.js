// The shown test examples: fetched once, drawn on canvases, and the answers to them read from a point's text.

const NO_CLASS = 255; // as compression/point/shown.py writes them
const SURE = 254;

const LEAST_SPAN = 16; // of 256 levels
const STRENGTHS = [1, 0.65, 0.4];

const fetched = new Map(); // by address, for all places of the page

// Classes, labels, shape, and the inputs as bytes.
export function examplesAt(address) {
  if (!fetched.has(address)) {
    const reading = read(new URL(address, document.baseURI));
    fetched.set(address, reading);
    reading.catch(() => fetched.delete(address)); // the next page tries again
  }
  return fetched.get(address);
}

// Examples that came with the page: a file that is opened without a server can't fetch them.
export function give(address, told) {
  fetched.set(address, Promise.resolve({ ...told, inputs: bytesOf(told.inputs) }));
}

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const told = await answer.json();
  return { ...told, inputs: bytesOf(told.inputs) };
}

// The class that was answered, null for none, and how sure the model was; null for a point without as many answers.
export function answersIn(text, count) {
  const bytes = bytesOf(text ?? "");
  if (!bytes.length || bytes.length !== 2 * count) return null;
  return Array.from({ length: bytes.length / 2 }, (_, i) => ({
    answered: bytes[2 * i] === NO_CLASS ? null : bytes[2 * i],
    confidence: bytes[2 * i + 1] / SURE,
  }));
}

// One example in the text's colour: an image [1, height, width], or a curve for each signal of [signals, steps].
export function paint(canvas, { inputs, shape }, index, color, size = 64) {
  const length = shape.reduce((a, b) => a * b);
  const values = inputs.subarray(index * length, (index + 1) * length);
  if (shape.length === 3) image(canvas, values, shape, color);
  else curves(canvas, values, shape, color, size);
}

function image(canvas, values, [, height, width], color) {
  Object.assign(canvas, { width, height });
  canvas.classList.toggle("lab-coarse", width < 16);
  const context = canvas.getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, width, height);
  const picture = context.getImageData(0, 0, width, height);
  values.forEach((value, i) => (picture.data[4 * i + 3] = value)); // ink on the page's own background
  context.putImageData(picture, 0, 0);
}

// The first half of the signals above, the other half below, each half in three strengths of line, stretched to its place.
function curves(canvas, values, [signals, steps], color, size) {
  const pixels = Math.round(size * (window.devicePixelRatio || 1));
  Object.assign(canvas, { width: pixels, height: pixels });
  const context = canvas.getContext("2d");
  context.strokeStyle = color;
  context.lineWidth = Math.max(1, pixels / 60);
  const [half, room] = [signals / 2, pixels / 2 - 2 * context.lineWidth];
  for (const part of [0, 1]) {
    const shown = values.subarray(part * half * steps, (part + 1) * half * steps);
    const [low, span] = stretch(shown);
    const base = (part + 1) * (pixels / 2) - context.lineWidth;
    for (let signal = 0; signal < half; signal++) {
      context.globalAlpha = STRENGTHS[signal % STRENGTHS.length];
      context.beginPath();
      for (let step = 0; step < steps; step++) {
        const level = (shown[signal * steps + step] - low) / span;
        context.lineTo((step / (steps - 1)) * pixels, base - level * room);
      }
      context.stroke();
    }
  }
}

// From the lowest value on; stillness stays flat.
function stretch(values) {
  let [low, high] = [255, 0];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const span = Math.max(high - low, LEAST_SPAN);
  return [(low + high - span) / 2, span];
}

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// Colours of the page's theme, as Streamlit gives them to components in CSS variables.

export function readTheme(element) {
  const css = getComputedStyle(element);
  const text = css.getPropertyValue("--st-text-color").trim() || "#1b1f2a";
  const background = css.getPropertyValue("--st-background-color").trim() || "#ffffff";
  const dark = luminance(background) < 0.4;
  return {
    name: `${text} ${background}`,
    text,
    background,
    dark,
    font: css.getPropertyValue("--st-font").trim() || "sans-serif",
    muted: mixed(text, background, 0.72),
    front: mixed(text, background, 0.6),
    axis: mixed(text, background, 0.35),
    grid: mixed(text, background, 0.09),
  };
}

function luminance(color) {
  const [r, g, b] = channels(color);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}

export function mixed(over, under, share) {
  const [a, b] = [channels(over), channels(under)];
  return `rgb(${a.map((value, i) => Math.round(share * value + (1 - share) * b[i])).join(",")})`;
}

export function channels(color) {
  const hex = color.match(/^#([0-9a-f]{3,8})$/i)?.[1];
  if (!hex) return color.match(/[\d.]+/g)?.slice(0, 3).map(Number) ?? [0, 0, 0];
  const wide = hex.length < 6 ? [...hex].map((c) => c + c).join("") : hex;
  return [0, 2, 4].map((i) => parseInt(wide.slice(i, i + 2), 16));
}

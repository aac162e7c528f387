// The axes of one panel, as Plotly is told them: ranges, ticks, titles.

import { ticks } from "./ticks.js";

const MARGIN = { right: 12, top: 26, bottom: 48 };

export function layout({ x, y, xRange, yRange, width, height, left, dragmode, theme, titled = false }) {
  const axis = {
    gridcolor: theme.grid,
    linecolor: theme.axis,
    tickcolor: theme.axis,
    showline: true,
    zeroline: false,
    ticks: "outside",
    ticklen: 4,
    tickangle: 0,
    tickfont: { size: 11, color: x.known ? theme.muted : "rgba(0,0,0,0)" },
    autorange: false,
  };
  return {
    width,
    height,
    margin: { l: left, r: MARGIN.right, t: MARGIN.top, b: MARGIN.bottom, pad: 0 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, size: 12, color: theme.text },
    showlegend: false,
    hovermode: false,
    dragmode,
    xaxis: {
      ...axis,
      type: x.scale === "log" ? "log" : "linear",
      range: xRange,
      ...named(x, xRange, width - left - MARGIN.right),
      title: { text: titled ? axisTitle(x, { width, left }) : "", font: { size: 11 }, standoff: 6 },
    },
    yaxis: {
      ...axis,
      type: y.scale === "log" ? "log" : "linear",
      range: yRange,
      ...named(y, yRange, height - MARGIN.top - MARGIN.bottom, true),
      showticklabels: left > 20,
      ticks: left > 20 ? "outside" : "",
      zeroline: y.scale === "lost", // the original's own line
      zerolinecolor: theme.axis,
      zerolinewidth: 1,
    },
  };
}

// The ticks of an axis, as Plotly is told them.
export function named({ scale }, range, length, upright = false) {
  const { values, texts } = ticks({ scale, range, length, upright });
  return { tickmode: "array", tickvals: values, ticktext: texts };
}

// "← Size (kB), lower is better": the arrow points to where the better values are.
export function axisTitle({ metric, unit, axis, known }, { width, left }) {
  const name = `${metric?.label ?? axis.metric}${unit && known ? ` (${unit})` : ""}`;
  const higher = metric?.better === "higher";
  const words = `${name}, ${higher ? "higher" : "lower"} is better`;
  const fitting = words.length * 5.5 + 12 < width - left - MARGIN.right ? words : name;
  return higher ? `${fitting} <b>\u2192</b>` : `<b>\u2190</b> ${fitting}`;
}

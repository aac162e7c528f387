// How large the panels are: three in a row as tall as the window allows, or one under another on a narrow page.

const STACK_BELOW = 560; // px of the component's own width
export const WIDE = 52; // px to the left of a panel for the texts of the y axis
const SLIM = 14; // px without them
const [LOWEST, TALLEST] = [344, 640]; // px of a panel in a row
const STACKED = 320;
const USUAL = 800; // px of a window that shows the lowest panels; of what is higher, they get their share
const SHARE = 0.75;

export const isStacked = (width) => width < STACK_BELOW;

// Height of a panel: as asked for, else by the window.
export function heightOf(asked, width) {
  if (asked) return asked;
  if (isStacked(width)) return STACKED;
  return Math.round(Math.min(TALLEST, Math.max(LOWEST, LOWEST + SHARE * (window.innerHeight - USUAL))));
}

export function arrange(lab, width) {
  if (lab.presenting) return lab.presenting.arrange();
  lab.stacked = isStacked(width);
  lab.root.classList.toggle("lab-stacked", lab.stacked);
  const plot = lab.stacked ? width - WIDE : (width - WIDE - 2 * SLIM) / 3;
  lab.panels.forEach((panel, index) => {
    const left = lab.stacked || index === 0 ? WIDE : SLIM;
    panel.place({ left, width: Math.floor(plot + left), height: heightOf(lab.data.height, width) });
  });
}

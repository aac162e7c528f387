// The signs of a right and a wrong answer: told apart by shape, by filling and by colour.

export const MARKS = {
  right: `<svg class="lab-mark lab-right" viewBox="-8 -8 16 16" aria-hidden="true"><circle r="6.6"/><path d="M-3,0.4L-0.9,2.6L3.2,-2.4"/></svg>`,
  wrong: `<svg class="lab-mark lab-wrong" viewBox="-8 -8 16 16" aria-hidden="true"><rect x="-6.6" y="-6.6" width="13.2" height="13.2"/><path d="M-3,-3L3,3M-3,3L3,-3"/></svg>`,
  none: "",
};

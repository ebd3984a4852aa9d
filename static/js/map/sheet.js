// The panel on phones: a bottom sheet with three heights; the handle works by tap, key and drag.

const STEPS = ["peek", "half", "full"];
const DRAG_PIXELS = 24;

export function createSheet({ panel, handle, label, texts }) {
  const set = (step) => {
    panel.dataset.sheet = step;
    const open = step !== "peek";
    handle.setAttribute("aria-expanded", String(open));
    label.textContent = open ? texts.collapse : texts.expand;
  };
  const move = (by) => {
    const next = STEPS.indexOf(panel.dataset.sheet) + by;
    set(STEPS[Math.max(0, Math.min(next, STEPS.length - 1))]);
  };

  let startY = null;
  let dragged = false;
  handle.addEventListener("pointerdown", (event) => {
    startY = event.clientY;
    dragged = false;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointerup", (event) => {
    const moved = startY === null ? 0 : event.clientY - startY;
    startY = null;
    dragged = Math.abs(moved) > DRAG_PIXELS;
    if (dragged) move(moved < 0 ? 1 : -1);
  });
  handle.addEventListener("click", () => {
    if (!dragged) set(panel.dataset.sheet === "peek" ? "half" : "peek");
    dragged = false;
  });
  set("peek");
  return { open: () => panel.dataset.sheet === "peek" && set("half"), close: () => set("peek") };
}

// The list of layers that the server rendered, made into the map's controls.

/** Calls `onVisible(code, visible)` and `onOpacity(code, percent)`; returns readers and writers. */
export function createLayerPanel(panel, { onVisible, onOpacity }) {
  const rows = new Map();
  for (const row of panel.querySelectorAll("[data-layer]")) {
    const code = row.dataset.layer;
    const box = row.querySelector("[data-layer-visible]");
    const slider = row.querySelector("[data-layer-opacity]");
    const standard = box.defaultChecked;
    rows.set(code, { row, box, slider, standard });
    box.addEventListener("change", () => onVisible(code, box.checked));
    slider.addEventListener("input", () => onOpacity(code, Number(slider.value)));
  }
  const visible = () => new Set([...rows].filter(([, { box }]) => box.checked).map(([code]) => code));
  return {
    visible,
    /** The visible layers, or null when they are those that every reader starts with. */
    changed: () =>
      [...rows.values()].every(({ box, standard }) => box.checked === standard) ? null : visible(),
    opacity: () => new Map([...rows].map(([code, { slider }]) => [code, Number(slider.value)])),
    codes: () => [...rows.keys()],
    set: (layers, opacity) => {
      for (const [code, { box, slider, standard }] of rows) {
        box.checked = layers ? layers.has(code) : standard;
        slider.value = opacity.get(code) ?? 100;
      }
    },
  };
}

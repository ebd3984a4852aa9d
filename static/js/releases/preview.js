// The preview of a release that is not public yet: one layer, drawn from staff-only tiles.
import { Map, NavigationControl, setWorkerUrl } from "maplibre-gl";

const panel = document.querySelector("[data-preview-style]");

function draw() {
  setWorkerUrl(new URL(panel.dataset.worker, location.href).href);
  const [west, south, east, north] = panel.dataset.bounds.split(",").map(Number);
  const map = new Map({
    container: panel,
    style: panel.dataset.previewStyle,
    bounds: [[west, south], [east, north]],
    fitBoundsOptions: { padding: 24 },
    attributionControl: false,
  });
  map.addControl(new NavigationControl({ showCompass: false }));
  map.once("idle", () => panel.setAttribute("data-drawn", ""));
}

if (panel) draw();

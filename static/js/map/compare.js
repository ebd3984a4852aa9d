// Two releases of a layer under one slider; without WebGL2 the two pictures of the page stay.
import { addScale, createMap, fetchStyle } from "./canvas.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const configuration = JSON.parse(document.getElementById("compare-configuration").textContent);

/** Moves of one map are repeated by the other; `busy` keeps the echo from coming back. */
function keepTogether(first, second) {
  let busy = false;
  const follow = (from, to) =>
    from.on("move", () => {
      if (busy) return;
      busy = true;
      to.jumpTo({ center: from.getCenter(), zoom: from.getZoom() });
      busy = false;
    });
  follow(first, second);
  follow(second, first);
}

/** Where the line stands is the slider's value; the line can be drawn along as well. */
function bindSlider(right) {
  const slider = find("swipe-slider");
  const line = find("swipe-line");
  const set = () => {
    const percent = slider.value;
    right.style.clipPath = `inset(0 0 0 ${percent}%)`;
    line.style.left = `${percent}%`;
    slider.setAttribute("aria-valuetext", slider.dataset.text.replace("{percent}", percent));
  };
  const follow = ({ clientX }) => {
    const { left, width } = find("swipe-frame").getBoundingClientRect();
    slider.value = ((clientX - left) / width) * 100;
    set();
  };
  line.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    line.setPointerCapture(event.pointerId);
    line.addEventListener("pointermove", follow);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    line.addEventListener(end, () => line.removeEventListener("pointermove", follow));
  }
  slider.addEventListener("input", set);
  set();
}

async function open() {
  const styles = await Promise.all([fetchStyle(configuration.left), fetchStyle(configuration.right)]);
  const frame = find("swipe");
  frame.hidden = false;
  const containers = [find("swipe-left"), find("swipe-right")];
  const [left, right] = styles.map((style, side) =>
    createMap({
      container: containers[side],
      style,
      workerUrl: new URL(configuration.worker, location.href).href,
      view: { bounds: configuration.bounds },
      title: `${configuration.names[side]} ${configuration.texts.map}`,
      padding: 16,
    }),
  );
  keepTogether(left, right);
  bindSlider(containers[1]);
  addScale(left, find("swipe-scale"));
  // MapLibre would write errors to the console; the pictures below show the same.
  for (const map of [left, right]) map.on("error", () => frame.setAttribute("data-incomplete", ""));
  await Promise.all([left, right].map((map) => new Promise((ready) => map.once("load", ready))));
  find("swipe-pictures").hidden = true;
  frame.dataset.map = "ready";
}

if (document.createElement("canvas").getContext("webgl2")) {
  open().catch(() => {
    find("swipe").hidden = true;
    find("swipe-problem").hidden = false;
  });
}

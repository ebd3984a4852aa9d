// Before the first paint: can this device draw the map, and does the reader want it?
(() => {
  const wantsList = new URLSearchParams(location.search).get("view") === "list";
  const canDraw = Boolean(document.createElement("canvas").getContext("webgl2"));
  const root = document.documentElement;
  root.dataset.script = "on";
  root.dataset.webgl = canDraw ? "on" : "off";
  root.dataset.view = canDraw && !wantsList ? "map" : "list";
})();

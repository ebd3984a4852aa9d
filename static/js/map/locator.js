// A still picture of a place that becomes a map on tap; the map's code is fetched only then.

const addStylesheet = (address) =>
  new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
    link.addEventListener("load", resolve);
    link.addEventListener("error", reject);
    document.head.append(link);
  });

for (const frame of document.querySelectorAll("[data-locator]")) {
  const button = frame.querySelector("[data-locator-open]");
  if (!button || !document.createElement("canvas").getContext("webgl2")) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    const [{ openLocator }] = await Promise.all([
      import("./locator_map.js"),
      addStylesheet(frame.dataset.stylesheet),
    ]);
    await openLocator(frame);
  });
}

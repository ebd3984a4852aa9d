// What applies here: asks the server for one point and shows its answer, which is ready HTML.

export class LookupError extends Error {
  constructor(status, retryAfter) {
    super(`lookup ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** {answer: element, count, marked: GeoJSON} for a point; throws LookupError, or AbortError when overtaken. */
export async function lookUp(address, [lon, lat], signal) {
  const url = new URL(address, location.href);
  url.search = new URLSearchParams({ lon: lon.toFixed(6), lat: lat.toFixed(6), fragment: "1" });
  const response = await fetch(url, { signal });
  if (!response.ok) throw new LookupError(response.status, response.headers.get("Retry-After"));
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  const answer = template.content.querySelector("[data-answer]");
  const block = answer.querySelector('script[type="application/json"]');
  const marked = JSON.parse(block.textContent);
  block.remove();
  return { answer, count: Number(answer.dataset.count), marked };
}

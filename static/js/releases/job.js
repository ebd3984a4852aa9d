// Keeps the progress bar of a background job up to date; reloads once when the job has ended,
// so that the result is written by the server alone.
const POLL_MILLISECONDS = 1000;

const panel = document.querySelector("[data-job-state]");

async function poll() {
  const response = await fetch(panel.dataset.jobState, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`job state: ${response.status}`);
  const state = await response.json();
  panel.querySelector("progress").value = state.percent;
  panel.querySelector("[data-job-label]").textContent = state.label;
  panel.querySelector("[data-job-step]").textContent = state.step;
  if (state.finished) location.reload();
  else setTimeout(poll, POLL_MILLISECONDS);
}

if (panel && panel.dataset.finished === "no") setTimeout(poll, POLL_MILLISECONDS);

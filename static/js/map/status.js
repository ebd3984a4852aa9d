// One line of status for everybody: seen at the top of the map, read out by screen readers.

const FADE_AFTER = 6000;

export function createStatus(element) {
  let timer = 0;
  const say = (text, { keep = false, quiet = false } = {}) => {
    clearTimeout(timer);
    element.textContent = text;
    element.dataset.quiet = quiet ? "on" : "off";
    if (text && !keep) timer = setTimeout(() => say(""), FADE_AFTER);
  };
  return say;
}

/** Fill `{name}` places of a text. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

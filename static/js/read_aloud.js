// Reads the page aloud, paragraph by paragraph, with the browser's own voices.
const BLOCKS = "h1, h2, h3, h4, p, li, dt, dd, figcaption, caption, th, td, blockquote, legend, label";
const LONGEST_PIECE = 120; // Some engines fall silent in the middle of longer texts.
const SENTENCE_ENDS = /(?<=[。！？；!?;]|\.\s)/u;

const bar = document.querySelector("[data-read-aloud]");
if (bar && "speechSynthesis" in window) start(bar, window.speechSynthesis);

function start(bar, voice) {
  const play = bar.querySelector("[data-read-play]");
  const stop = bar.querySelector("[data-read-stop]");
  const speed = bar.querySelector("[data-read-speed]");
  const status = bar.querySelector("[data-read-status]");
  let pieces = [];
  let at = 0;
  let turn = 0; // An utterance of an earlier turn must not move this one on.
  let reading = false;

  function show(state) {
    reading = state === "begun";
    play.textContent =
      state === "begun" ? play.dataset.pause : state === "paused" ? play.dataset.resume : play.dataset.play;
    stop.disabled = state !== "begun" && state !== "paused";
    status.textContent = status.dataset[state] ?? "";
  }

  function mark(block) {
    document.querySelector(".is-read-aloud")?.classList.remove("is-read-aloud");
    block?.classList.add("is-read-aloud");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    block?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }

  function speak() {
    turn += 1;
    const mine = turn;
    voice.cancel();
    if (at >= pieces.length) return end("over");
    const { block, text, language } = pieces[at];
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = language;
    utterance.rate = Number(speed.value);
    utterance.onend = () => {
      if (mine !== turn) return;
      at += 1;
      speak();
    };
    utterance.onerror = (event) => {
      if (mine === turn && event.error !== "interrupted" && event.error !== "canceled") end("failed");
    };
    mark(block);
    voice.speak(utterance);
  }

  function end(state) {
    turn += 1;
    voice.cancel();
    mark(null);
    pieces = [];
    at = 0;
    show(state);
  }

  play.addEventListener("click", () => {
    if (reading) {
      turn += 1;
      voice.cancel();
      show("paused");
      return;
    }
    if (!pieces.length) pieces = piecesOf(document.querySelector("main"));
    show("begun");
    speak();
  });
  stop.addEventListener("click", () => end("over"));
  speed.addEventListener("change", () => reading && speak());
  addEventListener("pagehide", () => voice.cancel());
  bar.hidden = false;
}

// The innermost blocks with visible text, in reading order, cut at the ends of sentences.
function piecesOf(main) {
  const blocks = [...main.querySelectorAll(BLOCKS)].filter(
    (block) => !block.querySelector(BLOCKS) && block.checkVisibility?.() !== false,
  );
  return blocks.flatMap((block) => {
    const language = block.closest("[lang]").lang.startsWith("en") ? "en" : "zh-CN";
    return sentences(block.innerText.trim()).map((text) => ({ block, text, language }));
  });
}

function sentences(text) {
  const pieces = [];
  for (const sentence of text.split(SENTENCE_ENDS)) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length + sentence.length <= LONGEST_PIECE) pieces[pieces.length - 1] += sentence;
    else if (sentence.trim()) pieces.push(sentence);
  }
  return pieces;
}

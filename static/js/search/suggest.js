// Suggestions below a search field: an ARIA combobox with a list. Without script the form works alone.

const PAUSE = 150;
let made = 0;

class Combobox {
  constructor(input) {
    this.input = input;
    this.options = [];
    this.active = -1;
    this.asked = "";
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = `suggestions-${++made}`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.dataset.suggestLabel);
    this.status = document.createElement("span");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    input.after(this.list, this.status);
    this.describe();
    this.listen();
  }

  describe() {
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false" };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.input.setAttribute("aria-controls", this.list.id);
  }

  listen() {
    this.input.addEventListener("input", (event) => {
      clearTimeout(this.timer);
      // While an input method composes, its letters are pinyin: they are worth suggestions too.
      this.timer = setTimeout(() => this.ask(), event.isComposing ? 2 * PAUSE : PAUSE);
    });
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => this.close());
    // Before blur, so that the list is still there when the choice is made.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(this.options.indexOf(option));
    });
  }

  async ask() {
    const text = this.input.value.trim();
    this.asked = text;
    if (!text || text.length > 40) return this.close();
    try {
      const response = await fetch(`${this.input.dataset.suggest}?q=${encodeURIComponent(text)}`);
      if (!response.ok) return this.close();
      const { suggestions } = await response.json();
      if (this.asked === text && document.activeElement === this.input) this.show(suggestions);
    } catch {
      this.close(); // Offline: the form itself still says so when it is sent.
    }
    return undefined;
  }

  show(suggestions) {
    this.options = suggestions.map(({ text, kind }, at) => {
      const option = document.createElement("li");
      option.className = "suggestions__option";
      option.id = `${this.list.id}-${at}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.text = text;
      const name = Object.assign(document.createElement("span"), { textContent: text, lang: "zh-Hans" });
      const sort = Object.assign(document.createElement("span"), { textContent: kind });
      sort.className = "suggestions__kind";
      option.append(name, sort);
      return option;
    });
    this.list.replaceChildren(...this.options);
    this.active = -1;
    this.open(this.options.length > 0);
    this.status.textContent = this.options.length
      ? `${this.options.length} ${this.input.dataset.suggestCount}`
      : "";
  }

  press(event) {
    if (event.isComposing || this.list.hidden) return;
    const last = this.options.length - 1;
    if (event.key === "ArrowDown") this.mark(this.active < last ? this.active + 1 : 0);
    else if (event.key === "ArrowUp") this.mark(this.active > 0 ? this.active - 1 : last);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.active >= 0) this.choose(this.active);
    else return;
    event.preventDefault();
  }

  mark(at) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = at;
    this.options[at].setAttribute("aria-selected", "true");
    this.options[at].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", this.options[at].id);
  }

  choose(at) {
    this.input.value = this.options[at].dataset.text;
    this.close();
    this.input.form.requestSubmit();
  }

  open(wanted) {
    this.list.hidden = !wanted;
    this.input.setAttribute("aria-expanded", String(wanted));
    this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.timer);
    this.asked = "";
    this.active = -1;
    this.open(false);
  }
}

for (const input of document.querySelectorAll("input[data-suggest]")) new Combobox(input);

// Comforts of the study pages. Everything here only presses the buttons that stand in the page without it.

// <theme-board>: drag a lesson onto a theme, or press 1, 2, 3 on it for the machine's next; the board is drawn anew
// in place and says what happened. Keys count only while a lesson has the focus.
class ThemeBoard extends HTMLElement {
  connectedCallback() {
    this.dragged = null;
    this.furnish();
    this.addEventListener("submit", (event) => this.send(event));
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("dragstart", (event) => this.lift(event));
    this.addEventListener("dragend", () => this.drop(null));
    this.addEventListener("dragover", (event) => this.over(event));
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      this.drop(event.target.closest("[data-theme]"));
    });
  }

  furnish() {
    this.classList.add("keyed");
    for (const card of this.querySelectorAll(".card")) {
      if (!card.querySelector("select")) continue;
      card.draggable = true;
      card.tabIndex = 0;
    }
  }

  move(card, theme) {
    const select = card.querySelector("select");
    if (![...select.options].some((option) => option.value === theme)) return;
    select.value = theme;
    card.querySelector("button").click();
  }

  key(event) {
    const card = event.target;
    if (!card.classList.contains("card") || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = card.querySelector("optgroup")?.querySelectorAll("option") ?? [];
    const cards = [...this.querySelectorAll(".card")];
    const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) cards[cards.indexOf(card) + step]?.focus();
    else if (/^[123]$/.test(event.key) && next[event.key - 1]) this.move(card, next[event.key - 1].value);
    else if (event.key === "Enter" || event.key === "m") card.querySelector("select")?.focus();
    else return;
    event.preventDefault();
  }

  lift(event) {
    const card = event.target.closest?.(".card");
    if (!card || !card.draggable) return;
    this.dragged = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.lesson);
    card.classList.add("lifted");
    this.classList.add("dragging");
  }

  over(event) {
    if (!this.dragged) return;
    const theme = event.target.closest("[data-theme]");
    for (const one of this.querySelectorAll(".over")) if (one !== theme) one.classList.remove("over");
    if (!theme || theme.contains(this.dragged)) return;
    theme.classList.add("over");
    event.preventDefault();
  }

  drop(theme) {
    const card = this.dragged;
    this.dragged = null;
    this.classList.remove("dragging");
    for (const one of this.querySelectorAll(".over, .lifted")) one.classList.remove("over", "lifted");
    if (card && theme && !theme.contains(card)) this.move(card, theme.dataset.theme);
  }

  // Only moves are drawn in place; the other decisions change the page and load it.
  async send(event) {
    const button = event.submitter;
    if (!button?.value.startsWith("move:")) return;
    event.preventDefault();
    const card = button.closest(".card");
    const cards = [...this.querySelectorAll(".card")];
    const at = cards.indexOf(card);
    const select = card.querySelector("select");
    const name = select.selectedOptions[0].textContent.replace(/ \(\d+ %\)$/, "");
    try {
      const answer = await fetch(location.href, { method: "POST", body: new FormData(event.target, button), credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const drawn = page.querySelector("theme-board");
      if (!drawn) throw new Error("no board");
      const fault = page.querySelector(".errors li")?.textContent;
      this.replaceChildren(...drawn.childNodes);
      this.furnish();
      this.querySelector(".board-status").textContent = fault ?? `Moved to “${name}”.`;
      const left = [...this.querySelectorAll(".card")];
      (left[Math.min(at, left.length - 1)] ?? this.querySelector("a"))?.focus({ preventScroll: true });
    } catch {
      location.reload();
    }
  }
}

// <study-count>: how many reports the search finds, while it is typed.
class StudyCount extends HTMLElement {
  connectedCallback() {
    const field = document.getElementById(this.dataset.field);
    field?.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.count(field.value), 300);
    });
  }

  async count(query) {
    const line = this.querySelector("[role=status]");
    try {
      const answer = await fetch(`${this.dataset.from}?${new URLSearchParams({ query })}`, { credentials: "same-origin" });
      const { reports } = await answer.json();
      line.textContent = query.trim() ? `${reports} report${reports === 1 ? " matches" : "s match"} today.` : "";
    } catch {
      line.textContent = "";
    }
  }
}

// <study-progress>: looks again by itself, and goes on to the board once everything is read.
class StudyProgress extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.look(), 2000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async look() {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const drawn = page.querySelector("study-progress");
      if (!drawn) return location.assign("../");
      if (drawn.textContent !== this.textContent) this.replaceChildren(...drawn.childNodes);
    } catch {
      clearInterval(this.timer);
    }
  }
}

customElements.define("theme-board", ThemeBoard);
customElements.define("study-count", StudyCount);
customElements.define("study-progress", StudyProgress);

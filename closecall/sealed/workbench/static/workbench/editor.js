// <deid-editor>: one decision at a time by keyboard, over the same form that works without JavaScript.
// Keys count only while a row of the table has focus, and can be switched off. Nothing is kept in the browser.
class DeidEditor extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.rows = [...this.querySelectorAll("tbody tr")];
    if (!this.form || !this.rows.length) return;
    this.on = true;
    this.said = this.appendChild(Object.assign(document.createElement("p"), { className: "small quiet" }));
    this.said.setAttribute("role", "status");
    const bar = document.createElement("p");
    bar.className = "keys small";
    bar.textContent = "On a row: j, k move · r replace · x remove · e keep, with a reason · o own words · a all of these · u undo · s save ";
    const toggle = Object.assign(document.createElement("button"), { type: "button", className: "text-button", textContent: "Keys: on" });
    toggle.setAttribute("aria-pressed", "true");
    toggle.addEventListener("click", () => {
      this.on = !this.on;
      toggle.textContent = this.on ? "Keys: on" : "Keys: off";
      toggle.setAttribute("aria-pressed", String(this.on));
    });
    bar.append(toggle);
    this.prepend(bar);
    this.rows.forEach((row, at) => {
      row.tabIndex = at ? -1 : 0;
      row.addEventListener("keydown", (event) => this.press(event, at));
      row.addEventListener("focusin", () => this.mark(at));
    });
    this.go(Math.max(0, this.rows.findIndex((row) => this.part(row, "choice").value === "undecided")), false);
  }

  part(row, name) {
    return row.querySelector(`[name^="${name}-"]`);
  }

  mark(at) {
    this.rows.forEach((row, other) => {
      row.tabIndex = other === at ? 0 : -1;
      row.classList.toggle("current", other === at);
    });
  }

  go(at, focus = true) {
    const next = Math.min(Math.max(at, 0), this.rows.length - 1);
    this.mark(next);
    if (focus) this.rows[next].focus();
  }

  decide(at, choice) {
    this.part(this.rows[at], "choice").value = choice;
    const left = this.rows.filter((row) => this.part(row, "choice").value === "undecided").length;
    this.said.textContent = `${choice}. ${left ? `${left} undecided` : "All decided: s saves"}`;
  }

  press(event, at) {
    if (!this.on || event.target !== this.rows[at] || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = this.rows[at];
    const keys = {
      j: () => this.go(at + 1),
      ArrowDown: () => this.go(at + 1),
      k: () => this.go(at - 1),
      ArrowUp: () => this.go(at - 1),
      r: () => { this.decide(at, "replace"); this.go(at + 1); },
      Enter: () => { this.decide(at, "replace"); this.go(at + 1); },
      x: () => { this.decide(at, "remove"); this.go(at + 1); },
      e: () => { this.decide(at, "keep"); this.part(row, "reason").focus(); },
      o: () => { this.decide(at, "replace"); this.part(row, "own").focus(); },
      a: () => { const all = this.part(row, "all"); if (all) { all.checked = !all.checked; this.said.textContent = all.checked ? "All of these words" : "Only here"; } },
      u: () => document.querySelector("form input[value=undo]")?.form.requestSubmit(),
      s: () => this.form.requestSubmit(),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}
customElements.define("deid-editor", DeidEditor);

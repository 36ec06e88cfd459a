// <deid-editor>: one decision at a time by keyboard, over the same form that works without JavaScript.
// Every decision is written into the form's own fields; saving is its one POST. Keys count only while the story or
// the panel has focus, and can be switched off. Nothing is kept in the browser.

const WORD = /[\p{L}\p{N}](?:[\p{L}\p{N}'’.-]*[\p{L}\p{N}])?/gu;
const HISTORY_MOST = 200;
const METER_MOST = 30;
const RECENT_MOST = 6;
const REASONS = ["It names nobody.", "It carries the lesson.", "Everybody says so."];
const KEYS = [["← →", "word"], ["Shift + arrow", "mark more"], ["1–9", "choose"], ["Enter", "accept"], ["k", "keep"], ["x", "remove"], ["a", "all the same"], ["u", "undo"], ["n p", "next, previous"], ["s", "save"]];
const TYPES = { decide: "Decide", raw: "Raw", preview: "Preview", changes: "Changes" };

const points = (text) => [...text].length;
const plain = (text) => text.toLowerCase().replace(/['’]s$/, "");

function make(tag, properties = {}, ...inside) {
  const { data = {}, aria = {}, ...rest } = properties;
  const made = Object.assign(document.createElement(tag), rest);
  Object.assign(made.dataset, data);
  for (const [name, value] of Object.entries(aria)) made.setAttribute(name === "role" ? name : `aria-${name}`, value);
  made.append(...inside.filter((one) => one !== null));
  return made;
}

// One span: its row in the form holds what is decided, its link stands in the story.
class Mark {
  constructor(row, link, words, start) {
    Object.assign(this, { row, link, words, start });
    this.type = row.dataset.type;
    this.sure = row.dataset.sure === "yes";
    this.percent = row.dataset.percent;
    this.end = Number(row.dataset.key.split("-")[1]);
  }

  get options() {
    return [...(this.field("replacement")?.options ?? [])].map((option) => option.value);
  }

  field(name) {
    return this.row.querySelector(`[name="${name}-${this.row.dataset.key}"]`);
  }

  get state() {
    const own = this.field("own").value.trim();
    return { choice: this.field("choice").value, instead: own || (this.field("replacement")?.value ?? ""), reason: this.field("reason").value };
  }

  set state({ choice, instead, reason }) {
    this.field("choice").value = choice;
    const offered = this.options.includes(instead);
    if (offered) this.field("replacement").value = instead;
    this.field("own").value = offered ? "" : instead;
    this.field("reason").value = reason;
  }

  get open() {
    return this.field("choice").value === "undecided";
  }

  // What stands for the words; people who typed no brackets get them.
  get shown() {
    const { choice, instead } = this.state;
    if (choice === "remove") return "[…]";
    return choice === "replace" ? `[${instead.replace(/^\[|\]$/g, "")}]` : this.words;
  }

  get said() {
    const { choice } = this.state;
    return { undecided: "undecided", replace: `becomes ${this.shown}`, remove: "removed", keep: "kept" }[choice];
  }

  paint(show) {
    const { choice } = this.state;
    this.link.className = `sp${this.open ? " open" : choice === "keep" ? " kept" : ""}`;
    const note = (text) => make("small", { textContent: text });
    if (show === "raw") this.link.replaceChildren(this.words);
    else if (show === "preview") this.link.replaceChildren(this.open ? "[undecided]" : this.shown);
    else if (this.open) this.link.replaceChildren(this.words, " ", note(`… ${this.type}${this.sure ? "" : "?"}`));
    else if (choice === "keep") this.link.replaceChildren(this.words, " ", note("kept"));
    else this.link.replaceChildren(make("del", { textContent: this.words }), ` ${this.shown} `, note(`✓ ${this.type}`));
    this.link.setAttribute("aria-label", `${this.words}, ${this.type}${this.sure ? "" : ", unsure"}, ${this.said}`);
  }
}

class DeidEditor extends HTMLElement {
  connectedCallback() {
    this.form = this.part("decisions");
    this.story = this.part("story");
    this.panel = this.part("panel");
    if (!this.form || !this.story || !this.panel) return;
    Object.assign(this, { on: true, show: "decide", past: [], word: null, lastReason: "", recent: [] });
    this.said = this.appendChild(make("p", { className: "visually-hidden", aria: { role: "status" } }));
    this.classList.add("keyed");
    this.readStory();
    for (const link of this.part("recent")?.querySelectorAll("[data-key]") ?? []) {
      const mark = this.marks.find((one) => one.row.dataset.key === link.dataset.key);
      if (mark) this.recent.push(mark);
    }
    this.story.setAttribute("role", "group");
    this.story.setAttribute("aria-label", "The story: decide about each marked word");
    this.storyKeys();
    this.foot();
    this.views();
    this.current = this.marks.find((mark) => mark.open) ?? this.marks[0] ?? null;
    this.rebuild();
    if (document.activeElement === document.body && this.current?.open) this.focusCurrent();
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  // The story as parts: untouched text, or a mark. Offsets are code points of the story.
  readStory() {
    this.parts = [...this.story.children].map((each) => {
      if (!each.dataset.key) return { text: each.textContent, start: Number(each.dataset.at), element: each };
      const row = this.form.querySelector(`tr[data-key="${each.dataset.key}"]`);
      return { mark: new Mark(row, this.upgrade(each), row.querySelector("th strong").textContent, Number(each.dataset.key.split("-")[0])) };
    });
  }

  upgrade(link) {
    link.setAttribute("role", "button");
    link.tabIndex = -1;
    return link;
  }

  get marks() {
    return this.parts.flatMap((part) => (part.mark ? [part.mark] : []));
  }

  // Drawing.

  rebuild() {
    for (const part of this.parts) if (!part.mark) part.element.replaceChildren(part.text);
    this.story.replaceChildren(...this.parts.map((part) => part.mark?.link ?? part.element));
    const standing = new Set(this.marks.map((mark) => mark.row));
    for (const row of this.form.querySelectorAll("tbody tr")) {
      row.hidden = !standing.has(row);
      for (const field of row.querySelectorAll("input, select")) field.disabled = row.hidden;
    }
    this.draw();
  }

  draw() {
    for (const mark of this.marks) {
      mark.paint(this.show);
      const now = mark === this.current && !this.word;
      mark.link.classList.toggle("now", now && this.show === "decide");
      mark.link.tabIndex = mark === this.current ? 0 : -1;
      if (now) mark.link.setAttribute("aria-current", "true");
      else mark.link.removeAttribute("aria-current");
    }
    const decided = this.marks.filter((mark) => !mark.open).length;
    this.part("progress").textContent = `${decided} of ${this.marks.length} decided${this.past.length ? ", not saved" : ""}`;
    const meter = this.part("meter");
    meter.hidden = this.marks.length > METER_MOST;
    meter.replaceChildren(...this.marks.map((mark) => make("li", { className: mark === this.current ? "now" : mark.open ? "" : "full" })));
    this.drawPanel();
    this.drawLists();
  }

  drawPanel() {
    this.panel.hidden = this.show !== "decide";
    const mark = this.current;
    if (this.word) return this.panel.replaceChildren(this.wordPanel());
    if (!mark) return this.panel.replaceChildren(make("p", { className: "quiet", textContent: "Move to a word with the arrows, and press Enter to mark it." }));
    const { choice, instead, reason } = mark.state;
    const same = this.same(mark).length;
    const kept = choice === "keep" || this.asking;
    const choices = mark.options.slice(0, 9).map((option, at) => this.option(option, String(at + 1), choice !== "remove" && !kept && option === (instead || mark.options[0]), () => this.choose(option)));
    const own = make("input", { className: "own", value: mark.options.includes(instead) ? "" : instead, maxLength: 200, autocomplete: "off", spellcheck: false, placeholder: "own words", aria: { label: `Own words instead of ${mark.words}` } });
    own.addEventListener("input", () => { this.picked = own.value; });
    const why = make("input", { value: reason || this.lastReason, maxLength: 500, autocomplete: "off", aria: { label: `Why ${mark.words} may stay` } });
    why.setAttribute("list", "deid-reasons");
    this.why = why;
    this.own = own;
    this.panel.replaceChildren(
      make("p", { className: "quiet small", textContent: mark.type === "marked" ? "marked by you" : `${mark.type}, ${mark.sure ? "sure" : "look at it"} · ${mark.percent} %` }),
      make("h2", { className: "panel-title words", textContent: mark.words }),
      make("div", { className: "choices", aria: { role: "group", label: `What becomes of ${mark.words}` } },
        ...choices,
        make("div", { className: "option" }, own, make("kbd", { textContent: "o", aria: { hidden: "true" } })),
        this.option("Remove it", "x", choice === "remove", () => this.decide("remove")),
        this.option("Keep, with a reason", "k", kept, () => this.ask())),
      kept ? make("div", { className: "field" }, make("label", { className: "label" }, "Why it may stay", why), make("datalist", { id: "deid-reasons" }, ...REASONS.map((value) => make("option", { value })))) : null ?? "",
      make("div", { className: "actions" },
        this.button(kept ? "Keep" : "Accept", "↵", "button primary", () => this.accept()),
        same > 1 ? this.button(`All the same (${same})`, "a", "button", () => this.acceptAll()) : null ?? "",
        this.saveButton()),
    );
  }

  wordPanel() {
    const { part, from, to } = this.word;
    return make("div", { className: "stack" },
      make("p", { className: "quiet small", textContent: "not marked" }),
      make("h2", { className: "panel-title words", textContent: part.text.slice(from, to) }),
      make("p", { className: "quiet", textContent: "Shift and an arrow take in more words. Esc goes back." }),
      make("div", { className: "actions" }, this.button("Mark these words", "↵", "button primary", () => this.markWord()), this.saveButton()));
  }

  option(text, key, chosen, act) {
    const made = make("button", { type: "button", className: "option", aria: { pressed: String(chosen) } }, make("span", { className: "dot", aria: { hidden: "true" } }), make("span", { textContent: text }), make("kbd", { textContent: key, aria: { hidden: "true" } }));
    made.addEventListener("click", act);
    return made;
  }

  button(text, key, className, act) {
    const made = make("button", { type: "button", className }, `${text} `, make("kbd", { textContent: key, aria: { hidden: "true" } }));
    made.addEventListener("click", act);
    return made;
  }

  saveButton() {
    return this.past.length ? this.button("Save", "s", "button save", () => this.save()) : "";
  }

  drawLists() {
    const rows = (marks, reasons) => make("table", { className: "ledger" }, make("tbody", {}, ...marks.map((mark) => {
      const change = make("button", { type: "button", className: "text-button" }, "Change", make("span", { className: "visually-hidden", textContent: ` ${mark.words}` }));
      change.addEventListener("click", () => this.go(mark));
      const { choice, reason } = mark.state;
      const told = choice === "keep" ? [`${mark.words} `, make("span", { className: "quiet", textContent: reasons && reason ? `kept: ${reason}` : "kept" })] : [make("del", { textContent: mark.words }), ` ${mark.shown}`];
      const head = make("th", { textContent: mark.type });
      head.scope = "row";
      return make("tr", {}, head, make("td", {}, ...told), make("td", {}, change));
    })));
    const standing = this.marks;
    const recent = this.recent.filter((mark) => standing.includes(mark) && !mark.open).slice(0, RECENT_MOST);
    const under = this.part("recent") ?? this.story.parentElement.appendChild(make("section", { data: { part: "recent" } }));
    under.hidden = this.show !== "decide" || !recent.length;
    under.replaceChildren(make("h2", { className: "small strong", textContent: "Last decisions" }), rows(recent, false));
    const changes = this.part("changes") ?? this.story.parentElement.insertBefore(make("div", { data: { part: "changes" } }), this.story);
    changes.hidden = this.show !== "changes";
    this.story.hidden = this.show === "changes";
    const decided = standing.filter((mark) => !mark.open);
    changes.replaceChildren(decided.length ? rows(decided, true) : make("p", { className: "empty", textContent: "Nothing is decided yet." }));
  }

  foot() {
    const bar = make("div", { className: "keys" }, ...KEYS.map(([key, what]) => make("span", {}, make("kbd", { textContent: key }), ` ${what}`)));
    const toggle = make("button", { type: "button", className: "text-button", textContent: "Keys: on", aria: { pressed: "true" } });
    toggle.addEventListener("click", () => {
      this.on = !this.on;
      toggle.textContent = `Keys: ${this.on ? "on" : "off"}`;
      toggle.setAttribute("aria-pressed", String(this.on));
    });
    const table = make("button", { type: "button", className: "text-button", textContent: "Show the table", aria: { expanded: "false" } });
    table.addEventListener("click", () => {
      const shown = this.classList.toggle("with-table");
      table.setAttribute("aria-expanded", String(shown));
      table.textContent = shown ? "Hide the table" : "Show the table";
      this.draw();
    });
    bar.append(make("span", { className: "end cluster" }, table, toggle));
    this.append(bar);
    this.form.addEventListener("change", () => this.draw());
    addEventListener("beforeunload", (event) => { if (this.past.length && !this.leaving) event.preventDefault(); });
    this.form.addEventListener("submit", () => { this.leaving = true; });
  }

  views() {
    this.tabs = [...this.querySelectorAll("nav [data-show]")];
    for (const tab of this.tabs) {
      tab.addEventListener("click", (event) => {
        event.preventDefault();
        this.show = tab.dataset.show;
        this.word = null;
        for (const each of this.tabs) each.toggleAttribute("aria-current", false);
        tab.setAttribute("aria-current", "page");
        this.say(`${TYPES[this.show]}.`);
        this.rebuild();
      });
    }
    this.querySelector("[data-act=next]")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.step(1, true);
    });
  }

  say(text) {
    this.said.textContent = text;
  }

  // Moving.

  go(mark) {
    if (this.show !== "decide") this.tabs[0]?.click();
    this.current = mark;
    this.word = null;
    this.asking = false;
    this.picked = undefined;
    this.rebuild();
    this.focusCurrent();
  }

  focusCurrent() {
    this.current?.link.focus();
  }

  step(by, undecided) {
    const marks = this.marks;
    const at = marks.indexOf(this.current);
    for (let tried = 1; tried <= marks.length; tried += 1) {
      const next = marks[(at + by * tried + marks.length * tried) % marks.length];
      if (!undecided || next.open) return this.go(next);
    }
    this.say("All decided. Press s to save.");
    this.draw();
    this.focusCurrent();
  }

  stops() {
    return this.parts.flatMap((part) => (part.mark ? [{ mark: part.mark }] : [...part.text.matchAll(WORD)].map((word) => ({ part, from: word.index, to: word.index + word[0].length }))));
  }

  byWord(by, grow) {
    const stops = this.stops();
    const here = this.word
      ? stops.findIndex((stop) => stop.part === this.word.part && (by > 0 ? stop.to === this.word.to : stop.from === this.word.from))
      : stops.findIndex((stop) => stop.mark && stop.mark === this.current);
    const next = stops[here + by];
    if (!next) return;
    if (grow) {
      if (!this.word) return this.widen(by);
      if (next.part !== this.word.part) return;
      this.select({ part: next.part, from: Math.min(next.from, this.word.from), to: Math.max(next.to, this.word.to) });
    } else if (next.mark) this.go(next.mark);
    else this.select(next);
  }

  // A word that isn't marked, under the cursor: wrapped in place while it has focus.
  select(word) {
    this.word = word;
    this.rebuild();
    const { part, from, to } = word;
    const words = part.text.slice(from, to);
    const caret = make("span", { className: "sp now caret", tabIndex: -1, textContent: words, aria: { role: "button", label: `${words}, not marked` } });
    part.element.replaceChildren(part.text.slice(0, from), caret, part.text.slice(to));
    caret.focus();
  }

  // Deciding.

  remember() {
    this.past.push({ parts: [...this.parts], states: this.marks.map((mark) => [mark, mark.state]), current: this.current, recent: [...this.recent] });
    if (this.past.length > HISTORY_MOST) this.past.shift();
  }

  undo() {
    const before = this.past.pop();
    if (!before) {
      const form = this.part("undo")?.querySelector("form") ?? this.part("undo");
      return form ? form.requestSubmit() : this.say("There is nothing left to undo.");
    }
    this.parts = before.parts;
    this.recent = before.recent;
    for (const [mark, state] of before.states) mark.state = state;
    this.go(before.current);
    this.say(`Taken back. ${this.current?.words ?? ""}, ${this.current?.said ?? ""}.`);
  }

  same(mark) {
    return this.marks.filter((other) => (mark.row.dataset.group && other.row.dataset.group === mark.row.dataset.group) || plain(other.words) === plain(mark.words));
  }

  choose(option) {
    this.asking = false;
    this.picked = option;
    this.remember();
    this.current.state = { ...this.current.state, choice: "replace", instead: option };
    this.current.field("choice").value = "replace";
    this.noted([this.current]);
    this.draw();
    this.focusCurrent();
  }

  ask() {
    this.asking = true;
    this.draw();
    this.why.focus();
    this.why.select();
  }

  accept() {
    if (this.asking || this.current.state.choice === "keep") return this.decide("keep");
    return this.decide(this.current.state.choice === "remove" && this.picked === undefined ? "remove" : "replace");
  }

  acceptAll() {
    const all = this.same(this.current);
    if (this.asking || this.current.state.choice === "keep") this.decide("keep", all);
    else this.decide(this.current.state.choice === "remove" ? "remove" : "replace", all);
  }

  decide(choice, marks = [this.current]) {
    const { instead, reason } = this.current.state;
    const write = { choice, instead: (this.picked ?? instead) || this.current.options[0] || "", reason };
    if (choice === "keep") {
      write.reason = this.why?.value.trim() ?? "";
      if (!write.reason) return this.say("Say why these words may stay.");
      this.lastReason = write.reason;
    }
    if (choice === "replace" && !write.instead.trim()) {
      this.say("Write what should stand there instead, or remove the words.");
      return this.own.focus();
    }
    this.remember();
    for (const mark of marks) mark.state = { ...write, instead: choice === "replace" ? write.instead : mark.state.instead };
    this.noted(marks);
    const told = marks.length > 1 ? `${marks.length} times ${this.current.words}` : this.current.words;
    this.step(1, true);
    const left = this.marks.filter((mark) => mark.open).length;
    this.say(`${told}, ${marks[0].said}. ${left ? `${left} undecided` : "All decided. Press s to save"}.`);
  }

  noted(marks) {
    this.recent = [...marks, ...this.recent.filter((mark) => !marks.includes(mark))];
  }

  // Marking what the machine missed: exact words, wherever they stand.

  markWord() {
    const { part, from, to } = this.word;
    const words = part.text.slice(from, to);
    this.remember();
    const made = this.put(this.parts.indexOf(part), from, this.parts.indexOf(part), to);
    this.everywhere(words);
    const all = this.same(made).length;
    this.go(made);
    this.say(`${words}, marked${all > 1 ? ` in ${all} places` : ""}. Write what stands there instead.`);
    this.own.focus();
  }

  // Shift and an arrow on a mark take the next word into it.
  widen(by) {
    const at = this.parts.findIndex((part) => part.mark === this.current);
    const other = this.parts[at + by];
    if (!other) return;
    const words = other.mark ? [] : [...other.text.matchAll(WORD)];
    const word = by > 0 ? words[0] : words.at(-1);
    if (!other.mark && !word) return;
    this.remember();
    const length = this.current.words.length;
    const made = by > 0
      ? this.put(at, 0, at + 1, other.mark ? other.mark.words.length : word.index + word[0].length)
      : this.put(at - 1, other.mark ? 0 : word.index, at, length);
    this.go(made);
  }

  put(first, from, last, to) {
    const texts = this.parts.slice(first, last + 1).map((part) => part.mark?.words ?? part.text);
    const start = this.parts[first].mark?.start ?? this.parts[first].start;
    const all = texts.join("");
    const stop = all.length - texts.at(-1).length + to;
    const words = all.slice(from, stop);
    const place = start + points(all.slice(0, from));
    const key = `${place}-${place + points(words)}`;
    const link = this.upgrade(make("a", { href: `#row-${key}`, data: { key } }));
    const mark = new Mark(this.newRow(key, words), link, words, place);
    const around = [{ text: all.slice(0, from), start }, { text: all.slice(stop), start: mark.end }];
    const [before, after] = around.map((part) => (part.text ? [{ ...part, element: make("span", { data: { at: part.start } }) }] : []));
    this.parts.splice(first, last - first + 1, ...before, { mark }, ...after);
    return mark;
  }

  newRow(key, words) {
    this.form.querySelector(`tr[data-key="${key}"]`)?.remove();
    const field = (tag, name, properties = {}) => make(tag, { name: `${name}-${key}`, ...properties });
    const choice = field("select", "choice", { aria: { label: `Decision about ${words}` } }, );
    choice.append(...["undecided", "replace", "remove", "keep"].map((value) => make("option", { value, textContent: value })));
    const cell = (...inside) => make("td", {}, ...inside);
    const head = make("th", {}, make("strong", { textContent: words }));
    head.scope = "row";
    const row = make("tr", { id: `row-${key}`, data: { key, type: "marked", sure: "yes", percent: "100" } }, head,
      cell("marked", field("input", "marked", { type: "hidden", value: "yes" })), cell(choice),
      cell(field("input", "own", { maxLength: 200, aria: { label: `Own replacement for ${words}` } })),
      cell(field("input", "reason", { maxLength: 500, aria: { label: `Reason for keeping ${words}` } })), cell());
    this.form.querySelector("tbody").append(row);
    return row;
  }

  everywhere(words) {
    const inside = /[\p{L}\p{N}]/u;
    for (let at = 0; at < this.parts.length; at += 1) {
      const { text } = this.parts[at];
      if (text === undefined) continue;
      for (let from = text.indexOf(words); from >= 0; from = text.indexOf(words, from + 1)) {
        const to = from + words.length;
        if (inside.test(text[from - 1] ?? "") || inside.test(text[to] ?? "")) continue;
        this.put(at, from, at, to);
        break;
      }
    }
  }

  save() {
    this.form.requestSubmit();
  }

  // Keys.

  storyKeys() {
    this.story.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-key]");
      if (!link) return;
      event.preventDefault();
      this.go(this.marks.find((mark) => mark.link === link));
    });
    this.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    const target = event.target;
    if (!this.on || event.ctrlKey || event.metaKey || event.altKey || this.show !== "decide") return;
    if (!this.story.contains(target) && !this.panel.contains(target)) return;
    const typing = target.matches("input");
    if (typing && !["Enter", "Escape"].includes(event.key)) return;
    if (event.key === "Enter" && target.matches("button")) return;
    const mark = this.word ? null : this.current;
    const number = Number(event.key);
    const keys = {
      ArrowLeft: () => this.byWord(-1, event.shiftKey),
      ArrowRight: () => this.byWord(1, event.shiftKey),
      ArrowUp: () => this.step(-1, false),
      ArrowDown: () => this.step(1, false),
      Enter: () => (this.word ? this.markWord() : mark && this.accept()),
      Escape: () => this.current && this.go(this.current),
      n: () => this.step(1, true),
      p: () => this.step(-1, true),
      u: () => this.undo(),
      s: () => this.save(),
      k: () => mark && this.ask(),
      x: () => mark && this.decide("remove"),
      o: () => mark && this.own.focus(),
      a: () => mark && this.acceptAll(),
    };
    const act = number >= 1 && mark?.options[number - 1] ? () => this.choose(mark.options[number - 1]) : keys[event.key] ?? keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }
}
customElements.define("deid-editor", DeidEditor);

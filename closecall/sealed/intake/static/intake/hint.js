// Tells a reporter, while they write, what may identify somebody. It runs here, sends nothing and keeps nothing.
// `Hinter` finds what text/identifiers/hint.py finds, with the same data; the suite holds the two together.

const CAPITAL = /^[A-ZÀ-ÖØ-Þ]/;
const SMALL = /[a-zß-öø-ÿ]/;
const [NAME, KNOWN, CAPITALIZED] = [0.95, 0.8, 0.6];
const MOST_WORDS = 4;

const fold = (text) => text.replace(/[A-ZÀ-ÖØ-Þ]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 32));
const holds = (text, need) => (need === "0" ? /[0-9]/.test(text) : text.includes(need));
const listed = (words) => new Set(words.split(" "));

export class Hinter {
  constructor(data) {
    this.data = data;
    this.rules = data.rules.map((rule) => ({
      ...rule,
      all: new RegExp(data.short.reduce((text, [sign, part]) => text.replaceAll(sign, part), rule.x), "dgu"),
      stays: (rule.s ?? []).map((stay) => new RegExp(stay, "u")),
    }));
    this.leading = new RegExp(`^(?:${data.leading})`, "u");
    this.ours = new RegExp(data.ours, "gu");
    this.word = new RegExp(data.word, "gu");
    this.letter = new RegExp(data.letter);
    for (const name of ["titles", "names", "never", "generic"]) this[name] = listed(data[name]);
  }

  // What may identify: {start, end, type} in UTF-16 units, in order, never overlapping.
  find(text) {
    const low = fold(text);
    const found = [...this.rules.flatMap((rule) => [...this.run(rule, text, low)]), ...this.people(text, low)];
    const ours = [...text.matchAll(this.ours)].map((one) => [one.index, one.index + one[0].length]);
    const mended = found.map((one) => this.mended(text, one)).filter((one) => one.start < one.end);
    mended.sort((one, other) => one.start - other.start || other.end - one.end);
    const united = [];
    for (const one of mended) {
      const last = united.at(-1);
      if (!last || one.start >= last.end) united.push(one);
      else united[united.length - 1] = { ...(one.p > last.p ? one : last), start: last.start, end: Math.max(last.end, one.end) };
    }
    return united.filter((one) => !ours.some(([start, end]) => one.start < end && start < one.end));
  }

  *run(rule, text, low) {
    if (rule.n && ![...rule.n].some((one) => holds(low, one))) return;
    for (const match of (rule.f ? low : text).matchAll(rule.all)) {
      let [start, end] = match.indices[rule.g ?? 0] ?? match.indices[0];
      if (rule.c) {
        const lead = this.leading.exec(text.slice(start, end))?.[0];
        if (lead && !/^(City|Town) of/.test(lead)) start += lead.length;
        const names = fold(text.slice(start, end)).split(" ");
        if (names.length < 2 || names.slice(0, -1).every((name) => this.generic.has(name))) continue;
      }
      if (!rule.stays.some((stay) => stay.test(low.slice(start, end)))) yield { start, end, type: rule.t, p: rule.p };
    }
  }

  words(text, low) {
    const found = [];
    let last = 0;
    for (const match of text.matchAll(this.word)) {
      const start = match.index;
      const end = start + match[0].length;
      const gap = text.slice(last, start);
      const before = found.at(-1);
      let opens = !before || [...gap].some((one) => this.data.ends.includes(one));
      if (opens && before && gap[0] === "." && this.titles.has(before.low)) opens = gap.includes("\n");
      const said = low.slice(start, end).replaceAll("’", "'").replace(/'s$/, "");
      const capital = said.length > 1 && CAPITAL.test(match[0]) && SMALL.test(match[0]);
      found.push({ start, end, low: said, capital, opens });
      last = end;
    }
    return found;
  }

  // Rank or title with a name; a common first name; a capital that begins no sentence.
  *people(text, low) {
    const words = this.words(text, low);
    const titled = words.length >= 10 && words.filter((word) => word.capital).length > 0.6 * words.length;
    for (let at = 0, end; at < words.length; at = end) {
      const word = words[at];
      const carries = (rule) => {
        while (end < words.length && end - at < MOST_WORDS && rule.call(this, text, words, end)) end += 1;
      };
      const person = (p) => ({ start: word.start, end: words[end - 1].end, type: "person", p });
      end = at + 1;
      if (this.titles.has(word.low)) {
        carries(this.follows);
        if (words.slice(at, end).some((each) => !this.titles.has(each.low))) yield person(NAME);
      } else if (word.capital && !this.never.has(word.low)) {
        carries(this.runs);
        if (this.names.has(word.low)) yield person(KNOWN);
        else if (!word.opens && !titled) yield person(CAPITALIZED);
        else if (word.opens) end = at + 1;
      }
    }
  }

  follows(text, words, at) {
    const [before, word] = [words[at - 1], words[at]];
    const gap = text.slice(before.end, word.start);
    const dotted = gap === ". " && (this.titles.has(before.low) || before.low.length === 1);
    if (gap !== " " && gap !== "-" && !dotted) return false;
    if (this.titles.has(word.low)) return word.capital && this.titles.has(before.low);
    return (word.capital && !this.never.has(word.low)) || this.names.has(word.low);
  }

  runs(text, words, at) {
    const gap = text.slice(words[at - 1].end, words[at].start);
    return (gap === " " || gap === "-") && words[at].capital && !this.never.has(words[at].low);
  }

  mended(text, found) {
    let { start, end } = found;
    while (start < end && !this.letter.test(text[start]) && !"@(+#".includes(text[start])) start += 1;
    while (end > start && !this.letter.test(text[end - 1]) && text[end - 1] !== "*") end -= 1;
    if (found.type === "person" && /['’]s$/.test(text.slice(start, end))) end -= 2;
    return { ...found, start, end };
  }
}

const WAIT_MS = 700;
const READ_MOST = 20000;
const SHOWN_MOST = 6;

// <identity-hint for="field" data-rules="address of the data">: a list under the field that says what may identify.
class IdentityHint extends (globalThis.HTMLElement ?? Object) {
  async connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"));
    this.said = make("p", "visually-hidden");
    this.said.setAttribute("role", "status");
    this.list = make("ul", "hints");
    this.note = make("p", "quiet small", "Only this device looked, and nothing was sent. It misses things: read it once more yourself.");
    this.clear();
    this.hinter = new Hinter((await import(this.dataset.rules)).default);
    this.field.addEventListener("input", () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.look(), WAIT_MS);
    });
    this.field.form.addEventListener("reset", () => this.clear());
    for (const kept of this.field.form.querySelectorAll("input[name=kept]")) this.passed.add(kept.value);
    this.look();
  }

  clear() {
    clearTimeout(this.waiting);
    this.passed = new Set();
    this.shown = [];
    this.said.textContent = "";
    this.list.replaceChildren();
    this.replaceChildren(this.said);
  }

  look() {
    const text = this.field.value.slice(0, READ_MOST);
    const marks = new Map();
    for (const { start, end, type } of this.hinter.find(text)) {
      const words = text.slice(start, end);
      if (!this.passed.has(words) && !marks.has(words)) marks.set(words, { words, start, end, what: this.what(type) });
    }
    const fresh = [...marks.keys()].filter((words) => !this.shown.includes(words));
    if (!fresh.length && marks.size === this.shown.length) return;
    this.shown = [...marks.keys()];
    this.draw([...marks.values()]);
    const last = marks.get(fresh.at(-1));
    if (last) this.said.textContent = `“${last.words}” ${last.what}. ${count(marks.size)} below.`;
  }

  what(type) {
    return this.hinter.data.says[type] ?? this.hinter.data.otherwise;
  }

  draw(marks) {
    const rows = marks.slice(0, SHOWN_MOST).map((mark) => {
      const row = make("li");
      const find = make("button", "text-button", `“${mark.words}”`);
      const pass = make("button", "text-button", "It isn’t");
      pass.append(make("span", "visually-hidden", `: ${mark.words}`));
      find.type = pass.type = "button";
      find.addEventListener("click", () => this.select(mark.words));
      pass.addEventListener("click", () => this.pass(mark.words, row));
      row.append(make("span", ""), pass);
      row.firstChild.append(find, ` ${mark.what}`);
      return row;
    });
    if (marks.length > SHOWN_MOST) rows.push(make("li", "quiet", `and ${count(marks.length - SHOWN_MOST)} more. The next page shows all.`));
    this.list.replaceChildren(...rows);
    // The check step hears what isn't a name, as from its own buttons.
    const kept = [...this.passed].map((words) => Object.assign(make("input"), { type: "hidden", name: "kept", value: words }));
    this.replaceChildren(this.said, ...kept, ...(rows.length ? [this.list, this.note] : []));
  }

  select(words) {
    const start = this.field.value.indexOf(words);
    this.field.focus();
    if (start >= 0) this.field.setSelectionRange(start, start + words.length);
  }

  pass(words, row) {
    const place = [...this.list.children].indexOf(row);
    this.passed.add(words);
    this.look();
    (this.list.children[Math.min(place, this.list.children.length - 1)]?.querySelector("button") ?? this.field).focus();
    this.said.textContent = `“${words}” is no longer marked.`;
  }
}

function make(tag, name = "", text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.textContent = text;
  return made;
}

const count = (number) => (number === 1 ? "One thing" : `${number} things`);

globalThis.customElements?.define("identity-hint", IdentityHint);

// The reporter's pages: leave at once, prove that a person is here, copy the six words.
// Everything works without this file; nothing is kept in the browser.

const TARGET = "/leave";

// Empties what a Back button could bring back. A form that is on its way has its fields already.
function wipe(everything) {
  for (const form of document.forms) form.reset();
  if (everything) document.querySelector("main")?.replaceChildren();
}

function leave() {
  wipe(true);
  location.replace(TARGET);
}

// Shift three times within a second and a half leaves; so does every link to /leave.
class LeaveFast extends HTMLElement {
  connectedCallback() {
    const told = this.hasAttribute("told");
    let presses = [];
    addEventListener("keydown", (event) => {
      if (event.key !== "Shift") presses = [];
      else if (!event.repeat) {
        presses = [...presses.filter((at) => event.timeStamp - at < 1500), event.timeStamp];
        if (presses.length === 3) leave();
      }
    });
    for (const link of document.querySelectorAll(`a[href="${TARGET}"]`)) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        leave();
      });
    }
    // The back-forward cache keeps a page as it was when it was hidden.
    addEventListener("pagehide", () => wipe(told));
  }
}

// Searches for the number that the page's challenge asks for, while the officer writes.
class ProveWork extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    form.addEventListener("input", () => this.search(), { once: true });
    if (this.hasAttribute("now")) this.search();
    form.addEventListener("submit", async (event) => {
      const button = event.submitter;
      if (this.over || !button || !["send", "save"].includes(button.value)) return;
      event.preventDefault();
      button.setAttribute("aria-busy", "true");
      await this.search();
      this.over = true;
      form.requestSubmit(button);
    });
  }

  search() {
    this.running ??= this.find().catch(() => {});
    return this.running;
  }

  async find() {
    const { challenge, salt, signature, most } = this.dataset;
    const encoder = new TextEncoder();
    const first = parseInt(challenge.slice(0, 8), 16);
    for (let from = 0; from <= most; from += 500) {
      const tries = Array.from({ length: 500 }, (_, place) => from + place);
      const hashes = await Promise.all(
        tries.map((number) => crypto.subtle.digest("SHA-256", encoder.encode(salt + number))),
      );
      for (const [place, hash] of hashes.entries()) {
        const view = new DataView(hash);
        if (view.getUint32(0) !== first) continue;
        const hex = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
        if (hex !== challenge) continue;
        const number = tries[place];
        const answer = JSON.stringify({ algorithm: "SHA-256", challenge, number, salt, signature });
        this.querySelector("[name=proof]").value = btoa(answer);
        this.over = true;
        return;
      }
    }
  }
}

// Shows its button only where copying works.
class CopyWords extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.dataset.words);
      button.textContent = "Copied. Write them down too.";
    });
  }
}

// The hint is fetched when somebody begins to write, or came back to what they wrote.
const hint = document.querySelector("identity-hint");
if (hint) {
  const field = document.getElementById(hint.getAttribute("for"));
  const fetched = () => import(hint.dataset.script).catch(() => {});
  if (field.value.trim()) setTimeout(fetched, 300);
  else field.addEventListener("input", fetched, { once: true });
}

customElements.define("leave-fast", LeaveFast);
customElements.define("prove-work", ProveWork);
customElements.define("copy-words", CopyWords);

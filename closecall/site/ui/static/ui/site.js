// <theme-switch>: changes the theme without leaving the page, so that a half-written answer stays.
// Without JavaScript the form inside posts and comes back.
class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", async (event) => {
      const button = event.target.closest("button[name=theme]");
      if (!button) return;
      event.preventDefault();
      document.documentElement.dataset.theme = button.value;
      for (const each of this.querySelectorAll("button")) each.setAttribute("aria-pressed", String(each === button));
      await fetch("/theme/", { method: "POST", body: new URLSearchParams({ theme: button.value }) }).catch(() => {});
    });
  }
}
customElements.define("theme-switch", ThemeSwitch);

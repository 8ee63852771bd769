// "Leave this page", by its link or by pressing Escape three times: the page is hidden at once, and
// the browser's Back button must not bring the conversation back.
const WITHIN = 5000;

export class Leave {
  constructor(link) {
    this.link = link;
    this.said = document.querySelector("[data-leave-said]");
    this.pressed = [];
    link.addEventListener("click", (event) => this.leave(event));
    document.addEventListener("keydown", (event) => this.press(event));
    document.querySelectorAll("[data-leave-keys]").forEach((keys) => (keys.hidden = false));
    // A page from the browser's own store is asked for anew: the server knows whether it was left.
    window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
  }

  press(event) {
    if (event.key !== "Escape" || event.repeat) return;
    const now = Date.now();
    this.pressed = [...this.pressed.filter((moment) => now - moment < WITHIN), now];
    if (this.pressed.length > 2) return this.leave(event);
    this.said.textContent = this.pressed.length === 1 ? this.link.dataset.two : this.link.dataset.one;
  }

  leave(event) {
    event.preventDefault();
    document.title = "";
    document.body.hidden = true;
    window.location.replace(this.link.href);
  }
}

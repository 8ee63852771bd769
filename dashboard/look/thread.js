// A thread of texts: starts at its newest text, and asks every 2 seconds for newer ones while the
// page is in view. The server renders them; the last key it gave says what is already here.
const EVERY = 2000;

export class Thread {
  constructor(thread) {
    this.thread = thread;
    this.address = thread.dataset.thread;
    this.toNewest();
    window.setInterval(() => this.look(), EVERY);
  }

  toNewest() {
    this.thread.scrollTop = this.thread.scrollHeight;
  }

  async look() {
    if (document.hidden || this.looking) return;
    this.looking = true;
    try {
      await this.fetchNewer();
    } catch {
      // The network is away: the next look may find it.
    } finally {
      this.looking = false;
    }
  }

  async fetchNewer() {
    const after = this.thread.dataset.after;
    const answer = await fetch(`${this.address}?after=${after}`, { credentials: "same-origin" });
    if (answer.status !== 200) return;
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    if (after !== this.thread.dataset.after) return;
    this.thread.dataset.after = answer.headers.get("Hearback-After");
    this.thread.querySelectorAll("[data-empty]").forEach((said) => said.remove());
    this.thread.querySelector("ol").append(template.content);
    this.toNewest();
  }
}

// The web chat while it is open. Sends without loading the page anew, so that the browser's history
// gets no entry and the log, a live region, reads out what is new; and fetches an answer that is late.
// Whatever goes wrong here, the form is sent as it would be without this script.
import { createAll, ErrorSummary } from "nhsuk-frontend";

const EVERY = 3000;
const MOST_LOOKS = 40;

export class Chat {
  constructor(chat) {
    this.chat = chat;
    this.looks = 0;
    chat.addEventListener("submit", (event) => this.send(event));
    window.setInterval(() => this.look(), EVERY);
  }

  async send(event) {
    const form = event.target;
    if (!("say" in form.dataset)) return;
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    const pressed = this.keep(form, event.submitter);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      this.looks = 0;
      this.show(await answer.text());
      this.focus(pressed);
    } catch {
      form.submit();
    } finally {
      this.busy = false;
    }
  }

  // A pressed answer is part of the form only while it is sent by that very button.
  keep(form, button) {
    if (!button?.name) return false;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = button.name;
    field.value = button.value;
    form.append(field);
    return true;
  }

  async look() {
    const waits = this.chat.querySelector("[data-waiting]");
    if (!waits || this.busy || document.hidden || this.looks >= MOST_LOOKS) return;
    if (this.chat.querySelector("textarea").value) return;
    this.looks += 1;
    try {
      const answer = await fetch(this.chat.dataset.chat);
      if (answer.ok && !this.busy) this.show(await answer.text());
    } catch {
      // The network is away: the next look may find it.
    }
  }

  // Adds the lines that are new to the log, and takes every other part as the server rendered it.
  show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const theirs = page.querySelector("[data-chat]");
    const parts = [...this.chat.querySelectorAll("[data-part]")];
    theirs.querySelectorAll("[data-part]").forEach((part, number) => parts[number].replaceWith(part));
    const log = this.chat.querySelector("[data-log]");
    const had = log.querySelectorAll("li").length;
    log.className = theirs.querySelector("[data-log]").className;
    log.querySelector("#newest")?.removeAttribute("id");
    log.querySelector("ol").append(...[...theirs.querySelectorAll("[data-log] li")].slice(had));
    document.title = page.title;
    createAll(ErrorSummary, undefined, this.chat);
    log.querySelector("#newest")?.scrollIntoView({ block: "nearest" });
  }

  focus(pressed) {
    if (this.chat.querySelector(".nhsuk-error-summary")) return;
    const answers = this.chat.querySelector(".hb-answers");
    const next = answers || (pressed ? this.chat.querySelector("#newest") : this.chat.querySelector("textarea"));
    next.focus({ preventScroll: true });
  }
}

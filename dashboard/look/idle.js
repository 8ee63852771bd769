// A page that nobody uses clears itself, and says so two minutes before. By the clock and not by a
// timer alone: a computer that slept shows nothing when it wakes.
const SOON = 2 * 60 * 1000;
const LOOK = 5000;

export class Idle {
  constructor(place) {
    this.place = place;
    this.most = Number(place.dataset.idle) * 60 * 1000;
    this.used();
    for (const kind of ["keydown", "pointerdown", "wheel", "touchmove"]) {
      document.addEventListener(kind, () => this.used(), { passive: true });
    }
    document.addEventListener("visibilitychange", () => this.look());
    window.setInterval(() => this.look(), LOOK);
  }

  used() {
    if (this.at && Date.now() - this.at > this.most) return this.look();
    this.at = Date.now();
    this.place.replaceChildren();
  }

  look() {
    const unused = Date.now() - this.at;
    if (unused > this.most) return this.clear();
    if (unused > this.most - SOON && !this.place.hasChildNodes()) this.warn();
  }

  warn() {
    const said = document.createElement("p");
    said.textContent = this.place.dataset.soon;
    const here = document.createElement("button");
    here.className = "hb-plain-button";
    here.textContent = this.place.dataset.here;
    here.addEventListener("click", () => this.used());
    this.place.append(said, here);
    this.place.scrollIntoView({ block: "nearest" });
  }

  clear() {
    document.body.hidden = true;
    window.location.replace(this.place.dataset.cleared);
  }
}

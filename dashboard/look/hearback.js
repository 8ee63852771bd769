// Pages work without this script. It only adds what HTML cannot do: show a password, stop a double
// press, move to an error, leave quickly, clear an unused page, and bring new texts while it is open.
import { createAll, Button, ErrorSummary, PasswordInput, SkipLink } from "nhsuk-frontend";
import { Chat } from "./chat.js";
import { Idle } from "./idle.js";
import { Leave } from "./leave.js";
import { Thread } from "./thread.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
for (const component of [Button, ErrorSummary, PasswordInput, SkipLink]) {
  createAll(component);
}
document.querySelectorAll("[data-chat]").forEach((chat) => new Chat(chat));
document.querySelectorAll("[data-idle]").forEach((place) => new Idle(place));
document.querySelectorAll("[data-leave]").forEach((link) => new Leave(link));
document.querySelectorAll("[data-thread]").forEach((thread) => new Thread(thread));

// "Leave this page": the browser's Back button must not bring the conversation back.
export class Leave {
  constructor(link) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.body.hidden = true;
      window.location.replace(link.href);
    });
  }
}

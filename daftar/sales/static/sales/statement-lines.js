// Lines of a bank statement by the keyboard: j and k go on, y records the first proposal, i ignores, o looks for another invoice.
const ACTS = { KeyY: "[data-confirm]", KeyI: '[data-act="ignore"]', KeyO: '[data-act="choose"]' };
const STEPS = { KeyJ: 1, ArrowDown: 1, KeyK: -1, ArrowUp: -1 };

class StatementLines extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", this.#key);
    this.addEventListener("focusin", this.#note);
    document.addEventListener("htmx:after:swap", this.#back);
  }
  disconnectedCallback() {
    this.removeEventListener("keydown", this.#key);
    this.removeEventListener("focusin", this.#note);
    document.removeEventListener("htmx:after:swap", this.#back);
  }
  get #open() { return [...this.querySelectorAll('.bank-line[tabindex="0"]')]; }
  #place = -1;
  #acted = false;
  #note = (event) => {
    const row = event.target.closest(".bank-line");
    if (row && !this.#acted) this.#place = this.#open.indexOf(row);
  };
  #key = (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const row = event.target.closest(".bank-line");
    if (!row) return;
    const step = STEPS[event.code];
    if (step) {
      const rows = this.#open;
      rows[Math.min(Math.max(rows.indexOf(row) + step, 0), rows.length - 1)]?.focus();
    } else if (ACTS[event.code] && event.target === row) {
      this.#acted = event.code !== "KeyO";
      row.querySelector(ACTS[event.code])?.click();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // The line that was decided stands in another group now; the next one takes its place.
  #back = () => {
    if (!this.#acted) return;
    requestAnimationFrame(() => {
      this.#acted = false;
      const rows = this.#open;
      rows[Math.min(this.#place, rows.length - 1)]?.focus();
    });
  };
}
customElements.define("statement-lines", StatementLines);
